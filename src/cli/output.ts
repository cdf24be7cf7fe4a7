// Where the command line writes: text for people, JSON for programs, errors to stderr. Colours only on a terminal.

import { styleText } from 'node:util';
import { type ErrorView, toErrorView } from '#base/errors.ts';
import { printable } from '#cli/printers/format.ts';

type Format = Parameters<typeof styleText>[0];

export interface Output {
  readonly json: boolean;
  /** A terminal that can be redrawn and asked. */
  readonly interactive: boolean;
  /** Of the terminal now; without one nothing is cut: Infinity. */
  readonly columns: number;
  readonly rows: number;
  line(text?: string): void;
  raw(text: string): void;
  /** One JSON value on one line. */
  value(value: unknown): void;
  error(thrown: unknown): void;
  note(text: string): void;
  style(format: Format, text: string): string;
}

export interface OutputOptions {
  readonly json: boolean;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly stdin?: { readonly isTTY?: boolean };
  readonly env?: NodeJS.ProcessEnv;
}

/** A CI log, a dumb terminal and a pipe are not redrawn. `NO_COLOR` (any value but an empty one, no-color.org) turns colours off. */
export function createOutput({ json, stdout, stderr, stdin = process.stdin, env = process.env }: OutputOptions): Output {
  const capable = stdout.isTTY && env['TERM'] !== 'dumb';
  const colour = capable && !env['NO_COLOR'];
  return {
    json,
    interactive: capable && stdin.isTTY === true && !env['CI'] && !json,
    get columns() {
      return stdout.columns ?? (stdout.isTTY ? 80 : Infinity);
    },
    get rows() {
      return stdout.rows ?? 24;
    },
    style: (format, text) => (colour ? styleText(format, text, { validateStream: false }) : text),
    line: (text = '') => void stdout.write(`${text}\n`),
    raw: (text) => void stdout.write(text),
    value: (value) => void stdout.write(`${JSON.stringify(value)}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    error(thrown) {
      const view = toErrorView(thrown);
      stderr.write(json ? `${JSON.stringify({ type: 'error', ...view })}\n` : `${describe(view)}\n`);
    },
  };
}

/** The message, then what else is known: several problems, one a line. */
function describe(view: ErrorView): string {
  // A message of several lines names its problems itself.
  const problems = view.message.includes('\n') ? [] : view.details['problems'];
  const lines = [`cas: ${view.message}`];
  if (Array.isArray(problems)) {
    for (const problem of problems) lines.push(`  ${typeof problem === 'string' ? problem : describeProblem(problem)}`);
  }
  return `${printable(lines.join('\n'))} (${view.code})`;
}

function describeProblem(problem: unknown): string {
  const { line, column, message, hint } = problem as { line?: number; column?: number; message?: string; hint?: string };
  const where = line === undefined ? '' : `${line}:${column ?? 1} `;
  return `${where}${message ?? JSON.stringify(problem)}${hint ? ` ${hint}` : ''}`;
}

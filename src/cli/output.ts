// Where the command line writes: text for people, JSON for programs, errors to stderr. Colours only on a terminal.

import { styleText } from 'node:util';
import { type ErrorView, toErrorView } from '#base/errors.ts';

type Format = Parameters<typeof styleText>[0];

export interface Output {
  readonly json: boolean;
  /** A terminal that can be redrawn and asked. */
  readonly interactive: boolean;
  readonly columns: number;
  line(text?: string): void;
  /** One JSON value on one line. */
  value(value: unknown): void;
  error(thrown: unknown): void;
  note(text: string): void;
  style(format: Format, text: string): string;
}

export function createOutput(options: {
  readonly json: boolean;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}): Output {
  const { stdout, stderr } = options;
  const colour = stdout.isTTY && process.env['NO_COLOR'] === undefined && process.env['TERM'] !== 'dumb';
  const style = (format: Format, text: string): string => (colour ? styleText(format, text, { validateStream: false }) : text);
  return {
    json: options.json,
    interactive: stdout.isTTY && process.stdin.isTTY && process.env['CI'] === undefined && !options.json,
    columns: stdout.columns ?? 100,
    style,
    line: (text = '') => void stdout.write(`${text}\n`),
    value: (value) => void stdout.write(`${JSON.stringify(value)}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    error(thrown) {
      const view = toErrorView(thrown);
      if (options.json) stderr.write(`${JSON.stringify({ type: 'error', ...view })}\n`);
      else stderr.write(`${describe(view)}\n`);
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
  lines.push(`     (${view.code})`);
  return lines.join('\n');
}

function describeProblem(problem: unknown): string {
  const { line, column, message, hint } = problem as { line?: number; column?: number; message?: string; hint?: string };
  const where = line === undefined ? '' : `${line}:${column ?? 1} `;
  return `${where}${message ?? JSON.stringify(problem)}${hint ? ` ${hint}` : ''}`;
}

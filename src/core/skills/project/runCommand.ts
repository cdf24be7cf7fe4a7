// Runs one of the project's own commands in a scratch tree, or says honestly why it did not run.

import { hasCode, isAppError } from '#base/errors.ts';
import { createLocator, type Locator } from '#core/skills/project/place.ts';
import type { ProjectCommand } from '#core/skills/project/projectCommand.ts';
import type { ProcessResult, ScratchTree } from '#core/ports.ts';
import type { SkillContext } from '#core/skills/skill.ts';
import { maskTokens } from '#core/skills/source/mask.ts';

export const DEFAULT_TIMEOUT_MS = 300_000;
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
const RECORDED_CHARS = 8000;

export interface NotRun {
  readonly ran: false;
  readonly command: string | null;
  /** For people: why, and what would help. */
  readonly reason: string;
}

export interface Ran {
  readonly ran: true;
  readonly command: string;
  readonly result: ProcessResult;
  /** Both streams, stdout first; ANSI codes are still in. */
  readonly output: string;
  readonly locator: Locator;
}

export interface CommandRun {
  readonly command: ProjectCommand;
  readonly timeoutMs: number;
  readonly scratch: ScratchTree;
  /** The workspace's files, to recognise places in the output. */
  readonly paths: ReadonlySet<string>;
}

/** What an output says when the command could not do its work at all: a fact about the machine, not about the code. */
const UNABLE: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/No module named '?(pytest|flake8|ruff)'?$/m, 'the Python package $1 is not installed'],
  [/^(?:sh|bash|\/bin\/sh): (?:line )?(?:\d+: )?([\w./-]+): (?:command )?not found/m, 'the program $1 is not installed'],
  [
    /module lookup disabled by GOPROXY=off|cannot find module providing package/,
    'its Go modules are not downloaded, and there is no network here',
  ],
  [
    /attempting to make an HTTP request, but --offline|failed to download .* --offline|offline mode|network is disabled/i,
    'its packages are not downloaded, and there is no network here',
  ],
  [/error: no such command: `?(\w+)/, 'cargo $1 is not installed'],
  [/^wget: Failed to fetch|^curl: \(\d+\) Could not resolve host/m, 'its packages are not downloaded, and there is no network here'],
  [/Cannot access .* in offline mode/, 'its packages are not downloaded, and there is no network here'],
];

/** Null when the command may run now. Nothing is started to find out. */
export async function whyNot(context: SkillContext, command: ProjectCommand | null, kind: 'test' | 'lint'): Promise<NotRun | null> {
  if (command === null) return { ran: false, command: null, reason: `no ${kind} command was found in this project` };
  const shown = shownCommand(command);
  if (context.mode === 'dry-run') return { ran: false, command: shown, reason: 'a dry run starts no commands' };
  if (command.missing !== null) return { ran: false, command: shown, reason: command.missing };
  const policy = await context.processes.policy();
  return policy.kind === 'refused' ? { ran: false, command: shown, reason: policy.reason } : null;
}

/** Ends with AbortError on abort; the tree of processes has ended then. */
export async function runCommand(context: SkillContext, run: CommandRun): Promise<Ran | NotRun> {
  const { command, scratch } = run;
  const shown = shownCommand(command);
  context.progress(`Running ${shown}`);
  const startedAt = context.clock.now();
  let result: ProcessResult;
  try {
    result = await context.processes.run({
      argv: command.argv,
      ...(command.env && { env: command.env }),
      cwd: scratch.root,
      timeoutMs: run.timeoutMs,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      readOnly: scratch.readOnly,
      signal: context.signal,
    });
  } catch (error) {
    const expected = ['process.refused', 'process.notFound', 'process.sandboxFailed', 'process.failed'];
    if (!isAppError(error) || !expected.some((code) => hasCode(error, code))) throw error;
    return { ran: false, command: shown, reason: error.message };
  }
  const output = `${result.stdout}\n${result.stderr}`;
  await record(context, { shown, startedAt, result, output });
  const reason = result.exitCode === 0 || result.timedOut ? null : unableReason(output);
  if (reason !== null) return { ran: false, command: shown, reason };
  return { ran: true, command: shown, result, output, locator: createLocator(scratch.root, run.paths) };
}

function unableReason(output: string): string | null {
  for (const [pattern, reason] of UNABLE) {
    const match = pattern.exec(output);
    if (match) return reason.replace('$1', match[1] ?? '');
  }
  return null;
}

async function record(
  context: SkillContext,
  run: { readonly shown: string; readonly startedAt: number; readonly result: ProcessResult; readonly output: string },
): Promise<void> {
  const { exitCode, timedOut, sandbox, truncatedBytes, durationMs } = run.result;
  await context.recordTool({
    title: run.shown,
    data: { exitCode, timedOut, sandbox, truncatedBytes, output: maskTokens(tail(run.output, RECORDED_CHARS)) },
    startedAt: run.startedAt,
    durationMs,
    ok: exitCode === 0,
  });
}

/** The last `max` characters, from the start of a line. */
export function tail(text: string, max: number): string {
  const trimmed = text.trimEnd();
  if (trimmed.length <= max) return trimmed;
  const cut = trimmed.slice(-max);
  return `…${cut.slice(cut.indexOf('\n'))}`;
}

/** As one would type it. */
export function shownCommand(command: ProjectCommand): string {
  const set = Object.entries(command.env ?? {}).map(([name, value]) => `${name}=${value}`);
  return [...set, ...command.argv].map((arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : JSON.stringify(arg))).join(' ');
}

/** `5 min`, `90 s`, `300 ms`. */
export function shownDuration(ms: number): string {
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000} min`;
  return ms >= 1000 ? `${Math.round(ms / 1000)} s` : `${ms} ms`;
}

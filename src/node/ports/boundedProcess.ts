// Runs one program with a time limit and an output limit, and leaves nothing of it behind.

import { type ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { abortError } from '#base/abort.ts';
import { AppError } from '#base/errors.ts';
import type { ProcessResult } from '#core/ports.ts';
import { OutputBuffer } from '#node/ports/outputBuffer.ts';
import { endTree, endWithUs } from '#node/ports/processTree.ts';
import { followInit, INIT_FD, type SandboxInit } from '#node/ports/sandboxInit.ts';
import { watchTree } from '#node/ports/treeWatch.ts';

/** After the time limit a command may still write its report; after a cancel a step must stop within 200 ms. */
const TIMEOUT_GRACE_MS = 2000;
const ABORT_GRACE_MS = 100;
/** The kernel ends a sandbox within moments of its keeper. */
const SANDBOX_END_MS = 1000;

export interface BoundedCommand {
  readonly program: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: { readonly [name: string]: string };
  /** The value of the mark in `env` by which its descendants are known. */
  readonly mark: string;
  /** It has process ids of its own and says on `INIT_FD` which process is its first. Default false. */
  readonly tellsInit?: boolean | undefined;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
  readonly onOutput?: ((chunk: string) => void) | undefined;
  /** Something it started may still run after all that was done to end it. */
  readonly onStray?: (() => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const processFailed = (program: string, cause: unknown): AppError =>
  new AppError({ code: 'process.failed', message: `${program} could not be started.`, details: { program }, cause });

/** Rejects with AbortError or `process.failed`, in each case after the whole tree has ended. */
export async function runBounded(command: BoundedCommand): Promise<Omit<ProcessResult, 'sandbox'>> {
  const startedAt = performance.now();
  const child = spawn(command.program, command.argv, {
    cwd: command.cwd,
    env: command.env,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', ...(command.tellsInit === true ? (['pipe'] as const) : [])],
    windowsHide: true,
  });
  const told = child.stdio[INIT_FD];
  const init = told instanceof Readable ? followInit(told) : null;
  const forget = child.pid === undefined ? () => undefined : endWithUs(child.pid);
  const watch = child.pid === undefined ? null : watchTree(child.pid, command.mark);
  const stdout = collect(child.stdout, command);
  const stderr = collect(child.stderr, command);
  let stopped: { readonly reason: 'timedOut' | 'aborted'; readonly ended: Promise<void> } | null = null;
  const stop = (reason: 'timedOut' | 'aborted', graceMs: number): void => {
    if (stopped !== null || child.pid === undefined) return;
    stopped = { reason, ended: endTree(child.pid, { mark: command.mark, graceMs }) };
  };
  const outcome = (): typeof stopped => stopped;
  const timer = setTimeout(() => stop('timedOut', TIMEOUT_GRACE_MS), command.timeoutMs);
  const onAbort = (): void => stop('aborted', ABORT_GRACE_MS);
  command.signal?.addEventListener('abort', onAbort, { once: true });
  if (command.signal?.aborted) onAbort();
  try {
    const exitCode = await exitOf(child).catch((error: unknown) => {
      throw processFailed(command.program, error);
    });
    clearTimeout(timer);
    await outcome()?.ended;
    await sweep(child, command, init);
    if (outcome()?.reason === 'aborted') throw abortError();
    const timedOut = outcome()?.reason === 'timedOut';
    return {
      exitCode: timedOut ? null : exitCode,
      stdout: stdout.text(),
      stderr: stderr.text(),
      timedOut,
      truncatedBytes: stdout.truncatedBytes + stderr.truncatedBytes,
      durationMs: Math.round(performance.now() - startedAt),
      ...(watch !== null && watch.overLimit !== null && { overLimit: watch.overLimit }),
    };
  } finally {
    clearTimeout(timer);
    command.signal?.removeEventListener('abort', onAbort);
    watch?.dispose();
    forget();
  }
}

function collect(stream: NodeJS.ReadableStream | null, command: BoundedCommand): OutputBuffer {
  const buffer = new OutputBuffer(command.maxOutputBytes);
  const decoder = new StringDecoder('utf8');
  stream?.on('data', (chunk: Buffer) => {
    buffer.push(chunk);
    const text = decoder.write(chunk);
    if (text !== '') command.onOutput?.(text);
  });
  return buffer;
}

/** Of the program itself: helpers it left behind may still hold its pipes. Null when a signal ended it. */
function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode) => resolve(exitCode));
  });
}

/** Ends what the program left running in the background and waits for the last of its output. */
async function sweep(child: ChildProcess, { mark, onStray }: BoundedCommand, init: SandboxInit | null): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    const pipes = [child.stdout, child.stderr].filter((pipe) => pipe && !pipe.closed);
    let open = pipes.length;
    if (open === 0) resolve();
    for (const pipe of pipes) pipe?.once('close', () => --open === 0 && resolve());
  });
  if (child.pid !== undefined && (await init?.gone(SANDBOX_END_MS)) !== true) {
    await endTree(child.pid, { mark, graceMs: 0 });
    if ((await init?.gone(0)) !== true) onStray?.();
  }
  const giveUp = setTimeout(() => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, 1000);
  await closed;
  clearTimeout(giveUp);
}

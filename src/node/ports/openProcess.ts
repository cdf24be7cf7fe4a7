// A program that stays and is talked to line by line (an MCP server), bounded like any other and ended with all it started.

import { spawn } from 'node:child_process';
import { AppError } from '#base/errors.ts';
import { endTree, endWithUs } from '#node/ports/processTree.ts';
import { watchTree } from '#node/ports/treeWatch.ts';

/** Characters one line may have. */
const MAX_LINE = 8 * 1024 * 1024;
const MAX_STDERR = 4_000;
const GRACE_MS = 500;

export interface OpenProcess {
  /** One line, without its line end. Rejects when the program is gone. */
  write(line: string): Promise<void>;
  onLine(listener: (line: string) => void): void;
  /** Resolves when it ended, with why: the end of what it said on stderr. */
  readonly ended: Promise<string>;
  /** Ends it and everything it started. */
  close(): Promise<void>;
}

export interface OpenCommand {
  readonly program: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: { readonly [name: string]: string };
  readonly mark: string;
  readonly signal?: AbortSignal | undefined;
}

const gone = (program: string, why: string): AppError =>
  new AppError({ code: 'process.failed', message: `${program} ended: ${why || 'it said nothing'}`, details: { program, why } });

export async function openProcess(command: OpenCommand): Promise<OpenProcess> {
  const { program, argv, cwd, env, mark, signal } = command;
  const child = spawn(program, argv, { cwd, env, detached: process.platform !== 'win32', stdio: 'pipe', windowsHide: true });
  const leader = child.pid;
  if (leader === undefined) {
    const cause = await new Promise((resolve) => child.once('error', resolve));
    throw new AppError({ code: 'process.failed', message: `${program} could not be started.`, details: { program }, cause });
  }
  const forget = endWithUs(leader);
  const watch = watchTree(leader, mark);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-MAX_STDERR)));
  const close = async (): Promise<void> => {
    watch.dispose();
    await endTree(leader, { mark, graceMs: GRACE_MS });
  };
  const onAbort = (): void => void close();
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  const listeners: ((line: string) => void)[] = [];
  readLines(child.stdout.setEncoding('utf8'), (line) => listeners.forEach((listener) => listener(line)), onAbort);
  const ended = new Promise<string>((resolve) => {
    child.once('close', () => {
      signal?.removeEventListener('abort', onAbort);
      watch.dispose();
      forget();
      resolve(watch.overLimit ?? stderr.trim());
    });
    child.on('error', (error) => (stderr += error.message));
    child.stdin.on('error', (error) => (stderr += `\n${error.message}`));
  });
  return {
    ended,
    close,
    onLine: (listener) => void listeners.push(listener),
    async write(line) {
      if (child.exitCode !== null || !child.stdin.writable) throw gone(program, stderr.trim());
      await new Promise<void>((resolve, reject) => {
        child.stdin.write(`${line}\n`, (error) => (error ? reject(gone(program, error.message)) : resolve()));
      });
    },
  };
}

function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void, tooLong: () => void): void {
  let pending = '';
  stream.on('data', (text: string) => {
    pending += text;
    for (let at = pending.indexOf('\n'); at !== -1; at = pending.indexOf('\n')) {
      const line = pending.slice(0, at).replace(/\r$/, '');
      pending = pending.slice(at + 1);
      if (line !== '') onLine(line);
    }
    if (pending.length > MAX_LINE) {
      pending = '';
      tooLong();
    }
  });
}

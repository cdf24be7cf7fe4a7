// Watches what a command starts: too many processes or too much memory, and all of it ends. Limits of the kernel come first;
// this holds where they do not (Linux counts no processes of root).

import { readdir, readFile, readlink } from 'node:fs/promises';
import { endTree, markedProcesses } from '#node/ports/processTree.ts';

/** Enough for a large test run, far from enough to choke a machine. */
const MAX_PROCESSES = 1_000;
/** Memory of all its processes together, in bytes. */
const MAX_BYTES = 16 * 1024 ** 3;
const LOOK_EVERY_MS = 200;
const PAGE_BYTES = 4_096;

export interface TreeWatch {
  /** What went over the limit; null: nothing. */
  readonly overLimit: string | null;
  dispose(): void;
}

/** Linux only: elsewhere it sees nothing and ends nothing. `limits` are for tests. */
export function watchTree(leader: number, mark: string, limits: { readonly processes?: number; readonly bytes?: number } = {}): TreeWatch {
  const maxProcesses = limits.processes ?? MAX_PROCESSES;
  const maxBytes = limits.bytes ?? MAX_BYTES;
  let overLimit: string | null = null;
  let disposed = process.platform !== 'linux';
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    overLimit = await excess(mark, { maxProcesses, maxBytes });
    if (overLimit !== null) await endTree(leader, { mark, graceMs: 0 });
    else if (!disposed) schedule();
  };
  const schedule = (): void => {
    timer = setTimeout(() => void look(), LOOK_EVERY_MS);
    timer.unref();
  };
  if (!disposed) schedule();
  return {
    get overLimit() {
      return overLimit;
    },
    dispose() {
      disposed = true;
      clearTimeout(timer);
    },
  };
}

async function excess(mark: string, limits: { readonly maxProcesses: number; readonly maxBytes: number }): Promise<string | null> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const marked = await markedProcesses(mark);
  // Counting names is cheap; looking into each process is not, and needed only when there are many.
  if (all.length > limits.maxProcesses && (await ownProcesses(all, marked)) > limits.maxProcesses)
    return `it started more than ${limits.maxProcesses} processes`;
  const sizes = await Promise.all(marked.slice(0, limits.maxProcesses).map(residentBytes));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return bytes > limits.maxBytes ? `it used more than ${Math.round(limits.maxBytes / 1024 ** 2)} MiB of memory` : null;
}

/** Those that carry the mark, and those that threw it off but cannot leave the sandbox's own space of process ids. */
async function ownProcesses(all: readonly number[], marked: readonly number[]): Promise<number> {
  const outside = await spaceOf(process.pid);
  const inside = new Set((await Promise.all(marked.slice(0, 50).map(spaceOf))).filter((space) => space !== '' && space !== outside));
  if (inside.size === 0) return marked.length;
  const spaces = await Promise.all(all.map(spaceOf));
  return spaces.filter((space) => inside.has(space)).length;
}

async function spaceOf(pid: number): Promise<string> {
  // Ended meanwhile, or another user's: not one of ours.
  return readlink(`/proc/${pid}/ns/pid`).catch(() => '');
}

async function residentBytes(pid: number): Promise<number> {
  // Ended meanwhile: it uses nothing.
  const statm = await readFile(`/proc/${pid}/statm`, 'latin1').catch(() => '');
  return Number(statm.split(' ')[1] ?? 0) * PAGE_BYTES;
}

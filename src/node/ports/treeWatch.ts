// Watches what a command starts: too many processes or too much memory, and all of it ends. Limits of the kernel come first;
// this holds where they do not (Linux counts no processes of root).

import { readdir, readFile, readlink } from 'node:fs/promises';
import { endTree, markedProcesses, signalGroup } from '#node/ports/processTree.ts';

/** Enough for a large test run, far from enough to choke a machine. */
export const MAX_PROCESSES = 1_000;
/** Memory of all its processes together, in bytes. */
const MAX_BYTES = 16 * 1024 ** 3;
const LOOK_EVERY_MS = 200;
const PAGE_BYTES = 4_096;
/** How many of a crowd are looked at; above which number of processes memory is not added up. */
const SAMPLE = 100;
const CROWD = 3_000;

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
  const startedAt = performance.now();
  let measuredAt = startedAt;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    // Looking into each process is dear: not at each of the first quick looks.
    const measure = performance.now() - measuredAt >= LOOK_EVERY_MS;
    if (measure) measuredAt = performance.now();
    overLimit = await excess(mark, { maxProcesses, maxBytes: measure ? maxBytes : Infinity });
    if (overLimit !== null) {
      // At once, before anything is looked up: with the sandbox goes all that is in it.
      signalGroup(leader, 'SIGKILL');
      await endTree(leader, { mark, graceMs: 0 });
    } else if (!disposed) schedule();
  };
  const schedule = (): void => {
    // A bomb is there within moments: the first looks come quickly.
    const waitMs = performance.now() - startedAt < 1_000 ? LOOK_EVERY_MS / 8 : LOOK_EVERY_MS;
    timer = setTimeout(() => void look(), waitMs);
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
  // Counting names is cheap; looking into each process is not.
  if (all.length > limits.maxProcesses && (await isOwnCrowd(all, mark))) return `it started more than ${limits.maxProcesses} processes`;
  if (all.length > CROWD || limits.maxBytes === Infinity) return null;
  const sizes = await Promise.all((await markedProcesses(mark)).map(residentBytes));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return bytes > limits.maxBytes ? `it used more than ${Math.round(limits.maxBytes / 1024 ** 2)} MiB of memory` : null;
}

/** Of a sample of the youngest, most carry the mark, or live in the sandbox's own space of process ids, where it can be thrown off. */
async function isOwnCrowd(all: readonly number[], mark: string): Promise<boolean> {
  const sample = all.toSorted((a, b) => b - a).slice(0, SAMPLE);
  const marked = new Set(await markedProcesses(mark, sample));
  const outside = await spaceOf(process.pid);
  const inside = new Set(await Promise.all([...marked].map(spaceOf)));
  inside.delete(outside);
  const spaces = await Promise.all(sample.map(spaceOf));
  const own = sample.filter((pid, index) => marked.has(pid) || inside.has(spaces[index] ?? ''));
  return own.length > SAMPLE / 2;
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

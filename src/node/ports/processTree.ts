// Ends a process with everything it started, also children that left its group or ignore SIGTERM.

import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Put into the environment of a command, so that on Linux its descendants are found wherever they hide. */
export const MARK = 'CAS_COMMAND';

const POLL_MS = 20;
const PIDS_AT_ONCE = 256;
const KILL_ROUNDS = 50;

/** Leaders of process groups that must not outlive this process. */
const live = new Set<number>();
let hooked = false;

/** Remembers a group, so that it ends with this process; returns how to forget it. */
export function endWithUs(leader: number): () => void {
  if (!hooked) {
    hooked = true;
    process.on('exit', () => {
      for (const pid of live) signalGroup(pid, 'SIGKILL');
    });
  }
  live.add(leader);
  return () => void live.delete(leader);
}

/**
 * SIGTERM to the group that `leader` leads, SIGKILL to what is left after `graceMs`. Resolves once nothing is left, or
 * after one more second. Never rejects.
 */
export async function endTree(leader: number, options: { readonly mark: string; readonly graceMs: number }): Promise<void> {
  if (process.platform === 'win32') return endTreeOnWindows(leader);
  await signalAll(leader, options.mark, 'SIGTERM');
  const deadline = performance.now() + options.graceMs;
  while (performance.now() < deadline) {
    if (!(await anyLeft(leader, options.mark))) return;
    await delay(POLL_MS);
  }
  for (let round = 0; round < KILL_ROUNDS && (await anyLeft(leader, options.mark)); round += 1) {
    await signalAll(leader, options.mark, 'SIGKILL');
    await delay(POLL_MS);
  }
}

async function signalAll(leader: number, mark: string, signal: NodeJS.Signals): Promise<void> {
  signalGroup(leader, signal);
  for (const pid of await markedProcesses(mark)) signalOne(pid, signal);
}

async function anyLeft(leader: number, mark: string): Promise<boolean> {
  if (process.platform === 'linux') return (await markedProcesses(mark)).length > 0;
  return signalGroup(leader, 0);
}

/** False when no process of the group is left. */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  return signalOne(-leader, signal);
}

function signalOne(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    // Gone (ESRCH), or not ours (EPERM): either way there is nothing more to end.
    return false;
  }
}

/** Linux: every living process whose environment carries the mark. Zombies have no environment left. */
export async function markedProcesses(mark: string, among?: readonly number[]): Promise<readonly number[]> {
  if (process.platform !== 'linux') return [];
  const wanted = `${MARK}=${mark}`;
  const pids = among ?? (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found: number[] = [];
  // In parts: there may be more processes than files this one may open.
  for (let at = 0; at < pids.length; at += PIDS_AT_ONCE) {
    const part = pids.slice(at, at + PIDS_AT_ONCE);
    const checks = part.map(async (pid) => ((await environmentOf(pid)).split('\0').includes(wanted) ? pid : null));
    found.push(...(await Promise.all(checks)).filter((pid) => pid !== null));
  }
  return found;
}

async function environmentOf(pid: number): Promise<string> {
  // Ended meanwhile, or another user's: not one of ours.
  return readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
}

function endTreeOnWindows(leader: number): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn('taskkill', ['/pid', String(leader), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    child.on('error', () => resolve());
    child.on('close', () => resolve());
  });
}

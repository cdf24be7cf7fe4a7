// Temporary folders of this process: who owns them, how they go away, and what a killed process left behind.

import { createHash, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { lstat, mkdtemp, readdir, realpath, rename } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWithin } from '#node/ports/containment.ts';
import { errnoOf } from '#node/ports/fileErrors.ts';
import { removeTree } from '#node/ports/removeTree.ts';

/** `cas-scratch-<host>-<pid>-<random>`: pids of another machine or container mean nothing here. */
const PREFIX = `cas-scratch-${createHash('sha256').update(hostname()).digest('hex').slice(0, 8)}-`;

const live = new Set<string>();
/** Those in which something ran that may still run. */
const spoiled = new Set<string>();
let hooked = false;

/** A new private folder below `parent`, by default the system's temporary folder, as a real path; removed at the latest when the process exits. */
export async function makeScratchRoot(parent: string = tmpdir()): Promise<string> {
  return own(await realpath(await mkdtemp(join(parent, `${PREFIX}${process.pid}-`))));
}

/** The folder `path` under a new name below `parent` (both real), as if made so; null when somebody else was first. */
export async function adoptScratchRoot(path: string, parent: string): Promise<string | null> {
  const root = join(parent, `${PREFIX}${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    await rename(path, root);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
  return own(root);
}

function own(root: string): string {
  if (!hooked) {
    hooked = true;
    process.on('exit', () => {
      for (const left of live) removeNow(left);
    });
  }
  live.add(root);
  return root;
}

function removeNow(root: string): void {
  try {
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // What a command made hard to remove goes at the next start.
  }
}

/** `path` lies in a scratch folder that something may write in later: it is never used again. */
export function spoilScratchRoot(path: string): void {
  const root = scratchRootOf(path);
  if (root !== null) spoiled.add(root);
}

export const isSpoiled = (root: string): boolean => spoiled.has(root);

/** The scratch folder of this process that holds `path`, or null. */
export function scratchRootOf(path: string): string | null {
  for (const root of live) {
    if (isWithin(root, path)) return root;
  }
  return null;
}

/** Idempotent. Folders that a command made unwritable are removed too. */
export const removeScratchRoot = (root: string): Promise<void> => letGoScratchRoot(root, removeTree);

/** `putAway` moves or removes it; from then on it is nobody's. */
export async function letGoScratchRoot(root: string, putAway: (root: string) => Promise<void>): Promise<void> {
  await putAway(root);
  live.delete(root);
  spoiled.delete(root);
}

/** Removes the folders of processes that no longer run, below `parent`. Returns how many; what cannot go stays for the next start. */
export async function removeLeftovers(parent: string = tmpdir()): Promise<number> {
  const folder = await realpath(parent);
  const names = (await readdir(folder)).filter((name) => name.startsWith(PREFIX));
  const dead = names.filter((name) => !isRunning(Number(name.slice(PREFIX.length).split('-', 1)[0])));
  const removed = await Promise.allSettled(dead.map((name) => removeOwn(join(folder, name))));
  return removed.filter((result) => result.status === 'fulfilled' && result.value).length;
}

/** Only real folders of this user: another could have put a link or a folder of that name there. */
async function removeOwn(path: string): Promise<boolean> {
  const info = await lstat(path);
  if (!info.isDirectory() || (process.getuid && info.uid !== process.getuid())) return false;
  await removeTree(path);
  return true;
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}

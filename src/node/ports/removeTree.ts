// Removes a folder with all in it, whatever a command did to make that hard.

import { Buffer } from 'node:buffer';
import { chmod, readdir, rename, rm } from 'node:fs/promises';
import { errnoOf } from '#node/ports/fileErrors.ts';

/** Well below what a system takes as one path (1,024 on macOS, 4,096 on Linux). */
const LONG_PATH = 500;
const HARD = new Set(['EACCES', 'EPERM', 'ENOTEMPTY', 'ENAMETOOLONG']);

/** Idempotent. Also folders that may not be written or looked into, and such nested deeper than a path can say. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    if (!HARD.has(errnoOf(error))) throw error;
    await openAndFlatten(path);
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Makes all folders ours to change, and moves those far down to the top, until none is far down. */
async function openAndFlatten(root: string): Promise<void> {
  // Names are bytes: each becomes one letter and back, so that one that is no UTF-8 is found again.
  const bytes = (path: string): Buffer => Buffer.from(path, 'latin1');
  const top = Buffer.from(root, 'utf8').toString('latin1');
  const pending = [top];
  let moved = 0;
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    await chmod(bytes(folder), 0o700);
    for (const entry of await readdir(bytes(folder), { withFileTypes: true, encoding: 'latin1' })) {
      if (!entry.isDirectory()) continue;
      const path = `${folder}/${entry.name}`;
      const near = path.length - top.length < LONG_PATH ? path : `${top}/cas-moved-${(moved += 1)}`;
      if (near !== path) {
        await chmod(bytes(path), 0o700); // A folder that may not be written cannot be moved.
        await rename(bytes(path), bytes(near));
      }
      pending.push(near);
    }
  }
}

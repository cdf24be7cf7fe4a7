// Contained reading of the workspace: no path, and no symlink on it, leads outside.

import { constants } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import type { FileStat, WorkspaceFiles } from '#core/ports.ts';
import { realPathInside } from '#node/ports/containment.ts';
import { filesNotFound, isMissing } from '#node/ports/fileErrors.ts';
import { listEntries } from '#node/ports/workspaceEntries.ts';

/** `root` is absolute; it is resolved once, so a root that is itself a link works. Private or broken files give the system's own error. */
export function createWorkspaceFiles(root: string): WorkspaceFiles {
  let resolved: Promise<string> | null = null;
  const realRoot = (): Promise<string> => (resolved ??= realpath(root));
  return {
    root,
    async read(path) {
      const real = await realPathInside(await realRoot(), path);
      if (real === null) throw filesNotFound(path);
      return readRegularFile(path, real);
    },
    async stat(path) {
      const real = await realPathInside(await realRoot(), path);
      return real === null ? null : statOrNull(real);
    },
    async list(options) {
      const entries = await listEntries(await realRoot(), options);
      return entries.filter((entry) => entry.kind === 'file').map((entry) => entry.path);
    },
  };
}

/** O_NOFOLLOW: a link put there since the check is not followed. O_NONBLOCK: a pipe put there does not hang us. */
async function readRegularFile(path: string, real: string): Promise<Uint8Array> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = await open(real, flags).catch((error: unknown) => {
    throw isMissing(error) ? filesNotFound(path) : error;
  });
  try {
    const info = await file.stat();
    if (!info.isFile() && !info.isDirectory()) throw filesNotFound(path);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

async function statOrNull(real: string): Promise<FileStat | null> {
  try {
    const info = await stat(real);
    const kind = info.isFile() ? 'file' : info.isDirectory() ? 'directory' : 'other';
    return { kind, sizeBytes: info.size, modifiedAt: info.mtimeMs, mode: info.mode & 0o777 };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

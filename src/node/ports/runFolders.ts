// All folders `.cas/runs/<id>/` together: their sizes, and their removal when their runs are forgotten.

import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunFolders } from '#core/store/care/prune.ts';
import { isWithin, relativeParts } from '#node/ports/containment.ts';
import { filesOutside, isMissing } from '#node/ports/fileErrors.ts';
import type { FolderSizes } from '#protocol/storeCare.ts';

/** Links count as what they are and are never followed. Throws `files.outside` for an id that leads out of the folder. */
export function createRunFolders(root: string): RunFolders {
  const runs = join(root, '.cas', 'runs');
  const folderOf = (runId: string): string => {
    const folder = join(runs, ...relativeParts(runId));
    if (folder === runs || !isWithin(runs, folder)) throw filesOutside(runId);
    return folder;
  };
  return {
    measure: async (runId) =>
      runId === undefined ? { ...(await measure(runs)), folders: await countFolders(runs) } : measure(folderOf(runId)),
    remove: (runId) => rm(folderOf(runId), { recursive: true, force: true }),
  };
}

/** Dry runs and tests without files: there are no folders. */
export const noRunFolders: RunFolders = {
  measure: async () => ({ folders: 0, files: 0, bytes: 0 }),
  remove: async () => {},
};

async function measure(folder: string): Promise<FolderSizes> {
  const entries = await orMissing(readdir(folder, { recursive: true, withFileTypes: true }));
  if (entries === null) return { folders: 0, files: 0, bytes: 0 };
  const files = entries.filter((entry) => !entry.isDirectory());
  let bytes = 0;
  for (const file of files) bytes += (await orMissing(lstat(join(file.parentPath, file.name))))?.size ?? 0;
  return { folders: 1, files: files.length, bytes };
}

async function countFolders(folder: string): Promise<number> {
  const entries = await orMissing(readdir(folder, { withFileTypes: true }));
  return (entries ?? []).filter((entry) => entry.isDirectory()).length;
}

async function orMissing<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

// Files of other assistants as `cas import` reads them: inside the workspace only, whatever links lead out of it.

import path from 'node:path';
import { readdir, realpath } from 'node:fs/promises';
import type { BringFiles } from '#core/agents/bring/plan.ts';
import { isMissing } from '#node/ports/fileErrors.ts';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';

const MAX_BYTES = 1_000_000;
const MAX_FILES = 1_000;

/** `root`: absolute. */
export async function bringFiles(root: string): Promise<BringFiles> {
  const real = await realpath(root);
  const files = createWorkspaceFiles(real);
  return {
    async read(name) {
      const stat = await files.stat(name);
      if (stat === null || stat.kind !== 'file' || stat.sizeBytes > MAX_BYTES) return null;
      try {
        return new TextDecoder('utf-8', { fatal: true }).decode(await files.read(name));
      } catch (error) {
        if (error instanceof TypeError) return null; // Not text.
        throw error;
      }
    },
    list: (folder) => filesBelow(path.join(real, folder)),
  };
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile()).map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
    return names
      .map((name) => name.split(path.sep).join('/'))
      .toSorted()
      .slice(0, MAX_FILES);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

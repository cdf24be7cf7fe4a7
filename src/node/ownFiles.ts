// Reads files that CAS ships, from its own installation folder. Not for files of the workspace.

import { readFile, readdir } from 'node:fs/promises';
import type { OwnFiles } from '#core/skills/source/ownFiles.ts';

export const nodeOwnFiles: OwnFiles = {
  readText: (absolutePath) => orMissing(readFile(absolutePath, 'utf8'), null),
  readBytes: (absolutePath) => orMissing<Uint8Array | null>(readFile(absolutePath), null),
  async list(absoluteFolder) {
    const entries = await orMissing(readdir(absoluteFolder, { withFileTypes: true }), []);
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name)
      .sort();
  },
};

async function orMissing<T>(reading: Promise<T>, missing: T): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ENOENT' || code === 'ENOTDIR') return missing;
    throw error;
  }
}

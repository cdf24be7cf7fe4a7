// Files of other assistants as `cas import` reads them: inside the workspace only, whatever links lead out of it.

import path from 'node:path';
import { realpath } from 'node:fs/promises';
import type { BringFiles } from '#core/agents/bring/plan.ts';
import { nodeOwnFiles } from '#node/ownFiles.ts';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';

const MAX_BYTES = 1_000_000;

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
    list: (folder) => nodeOwnFiles.list(path.join(real, folder)),
  };
}

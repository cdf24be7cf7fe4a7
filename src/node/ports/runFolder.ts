// The folder of one run, `.cas/runs/<id>/`: reports that CAS itself writes. Made at the first write.

import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RunFolder } from '#core/ports.ts';
import { writeAtomically } from '#node/ports/atomicWrite.ts';
import { isWithin, relativeParts } from '#node/ports/containment.ts';
import { filesOutside, filesWriteFailed, isMissing } from '#node/ports/fileErrors.ts';

/**
 * `write` returns the absolute path; it fails with `files.outside` or `files.writeFailed`. `list` gives relative paths
 * with `/`, sorted; nothing before the first write.
 */
export function createRunFolder(root: string, runId: string): RunFolder {
  const runs = join(root, '.cas', 'runs');
  const path = join(runs, ...relativeParts(runId));
  if (!isWithin(runs, path)) throw filesOutside(runId);
  return {
    path,
    async write(name, text) {
      const parts = relativeParts(name);
      const target = join(path, ...parts);
      try {
        await mkdir(dirname(target), { recursive: true });
        await writeAtomically({ folder: dirname(target), name: parts.at(-1) ?? name, bytes: Buffer.from(text, 'utf8'), mode: null });
      } catch (error) {
        throw filesWriteFailed(name, error);
      }
      return target;
    },
    async list() {
      try {
        const entries = await readdir(path, { recursive: true, withFileTypes: true });
        const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.tmp'));
        return files
          .map((entry) =>
            join(entry.parentPath, entry.name)
              .slice(path.length + 1)
              .replaceAll('\\', '/'),
          )
          .sort();
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    },
  };
}

// The one place that writes files of the workspace. What may be written was decided before; here each path is checked again.

import { mkdir, realpath, rmdir, unlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { WriteGate } from '#core/ports.ts';
import { syncFolder, writeAtomically } from '#node/ports/atomicWrite.ts';
import { lstatOrNull, realParentInside, relativeParts } from '#node/ports/containment.ts';
import {
  errnoOf,
  filesExists,
  filesNotFound,
  filesOutside,
  filesProtected,
  filesSymlink,
  filesWriteFailed,
  isMissing,
} from '#node/ports/fileErrors.ts';
import { isProtected } from '#node/ports/protectedPaths.ts';

interface Target {
  readonly folder: string;
  /** Folders to make between `folder`'s nearest existing parent and the file; absolute, outermost first. */
  readonly toMake: readonly string[];
  readonly name: string;
  readonly existing: Awaited<ReturnType<typeof lstatOrNull>>;
}

/**
 * `root` is absolute. Fails with `files.outside`, `files.protected`, `files.symlink` (the target is a link),
 * `files.exists` (a folder or device is there), `files.notFound` (nothing to remove) or `files.writeFailed` (disk full,
 * read-only, …), and has then changed nothing. A file that was read-only is replaced: its mode is kept, not obeyed.
 * Folders that a removal leaves empty go too, as with git.
 */
export function createWriteGate(root: string): WriteGate {
  return {
    async write(path, bytes, options) {
      const target = await locate(await realpath(root), path);
      const made: string[] = [];
      try {
        for (const folder of target.toMake) {
          await mkdir(folder);
          made.push(folder);
        }
        if ((await realpath(target.folder)) !== target.folder) throw filesOutside(path);
        const mode = options.mode ?? (target.existing ? Number(target.existing.mode) : null);
        await writeAtomically({ folder: target.folder, name: target.name, bytes, mode, owner: ownerOf(target) });
      } catch (error) {
        for (const folder of made.toReversed()) await removeIfEmpty(folder);
        throw errnoOf(error).startsWith('files.') ? error : filesWriteFailed(path, error);
      }
    },
    async remove(path) {
      const realRoot = await realpath(root);
      const target = await locate(realRoot, path);
      if (!target.existing) throw filesNotFound(path);
      try {
        await unlink(join(target.folder, target.name));
        await syncFolder(target.folder);
      } catch (error) {
        throw isMissing(error) ? filesNotFound(path) : filesWriteFailed(path, error);
      }
      for (let folder = target.folder; folder !== realRoot && (await removeIfEmpty(folder));) folder = dirname(folder);
    },
  };
}

async function locate(root: string, path: string): Promise<Target> {
  if (isProtected(relativeParts(path))) throw filesProtected(path);
  const { parent, missing, name } = await realParentInside(root, path);
  const folder = join(parent, ...missing);
  const realParts = [...relative(root, folder).split(sep), name].filter((part) => part !== '');
  if (isProtected(realParts)) throw filesProtected(path);
  const existing = missing.length === 0 ? await lstatOrNull(join(folder, name)) : null;
  if (existing?.isSymbolicLink()) throw filesSymlink(path);
  if (existing?.isDirectory()) throw filesExists(path, 'folder');
  if (existing && !existing.isFile()) throw filesExists(path, 'special file');
  return { folder, toMake: missing.map((_, index) => join(parent, ...missing.slice(0, index + 1))), name, existing };
}

/** Root writes as the file's owner; others cannot change it. */
function ownerOf(target: Target): { uid: number; gid: number } | undefined {
  if (!target.existing || process.getuid?.() !== 0) return undefined;
  return { uid: Number(target.existing.uid), gid: Number(target.existing.gid) };
}

/** False when it holds something or cannot be removed: an empty folder that stays does no harm. */
async function removeIfEmpty(folder: string): Promise<boolean> {
  return rmdir(folder).then(
    () => true,
    () => false,
  );
}

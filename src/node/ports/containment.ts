// Is a path inside a folder? First by its letters, then by its real path.

import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { errnoOf, filesOutside, isMissing } from '#node/ports/fileErrors.ts';

/**
 * The parts of a workspace-relative path with `/`. Refused with `files.outside`: empty and absolute paths, `.`, `..`
 * and empty parts, NUL; on Windows also backslashes and colons (drives, alternate streams).
 */
export function relativeParts(path: string): readonly string[] {
  const parts = path.split('/');
  const bad = (part: string): boolean => part === '' || part === '.' || part === '..' || part.includes('\0');
  if (parts.some(bad)) throw filesOutside(path);
  if (sep === '\\' && /[\\:]/.test(path)) throw filesOutside(path);
  return parts;
}

/** True for `folder` itself and for all below it; both absolute and without symlinks. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !/^[a-zA-Z]:|^[\\/]/.test(way));
}

/** The real path of an existing file, or null when nothing is there. Fails with `files.outside`. `root` is a real path. */
export async function realPathInside(root: string, path: string): Promise<string | null> {
  const target = join(root, ...relativeParts(path));
  const real = await realpath(target).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (real !== null && !isWithin(root, real)) throw filesOutside(path);
  return real;
}

/**
 * Where a file that need not exist would really be: the real path of the nearest existing parent, and the names below
 * it. Fails with `files.outside`, also when a parent is a link that leads nowhere. `root` is a real path.
 */
export async function realParentInside(
  root: string,
  path: string,
): Promise<{ readonly parent: string; readonly missing: readonly string[]; readonly name: string }> {
  const target = join(root, ...relativeParts(path));
  const missing: string[] = [];
  for (let folder = dirname(target); ; folder = dirname(folder)) {
    const real = await realpath(folder).catch(async (error: unknown) => {
      if (errnoOf(error) !== 'ENOENT') throw isMissing(error) ? filesOutside(path) : error;
      if (await lstatOrNull(folder)) throw filesOutside(path);
      return null;
    });
    if (real === null) {
      missing.unshift(basename(folder));
      continue;
    }
    if (!isWithin(root, real)) throw filesOutside(path);
    return { parent: real, missing, name: basename(target) };
  }
}

/** Null when nothing is there; never follows a link. */
export async function lstatOrNull(path: string): Promise<Awaited<ReturnType<typeof lstat>> | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

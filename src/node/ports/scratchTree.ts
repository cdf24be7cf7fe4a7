// A private copy of the workspace in which commands run and changes are tried. Nothing in it leads back to be written.

import { constants } from 'node:fs';
import { copyFile, mkdir, readlink, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { throwIfAborted } from '#base/abort.ts';
import { AppError } from '#base/errors.ts';
import type { ScratchFactory, ScratchTree } from '#core/ports.ts';
import { isWithin, lstatOrNull, realParentInside } from '#node/ports/containment.ts';
import { linkDependencies } from '#node/ports/dependencyLinks.ts';
import { errnoOf, filesExists, filesWriteFailed, isMissing } from '#node/ports/fileErrors.ts';
import { makeScratchRoot, removeLeftovers, removeScratchRoot } from '#node/ports/scratchRoot.ts';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';
import { listEntries, type WorkspaceEntry } from '#node/ports/workspaceEntries.ts';

const FILES_AT_ONCE = 32;

const scratchFailed = (cause: unknown): AppError =>
  new AppError({
    code: 'scratch.failed',
    message: `No scratch copy of the workspace could be made: ${errnoOf(cause) === 'ENOSPC' ? 'the disk is full' : errnoOf(cause)}.`,
    retryable: true,
    details: { reason: errnoOf(cause) },
    cause,
  });

/**
 * The copy holds the files that `WorkspaceFiles.list` gives and the symlinks that stay inside; no git metadata, so a
 * test that needs a repository fails there. Ignored files (build output, .env) are not copied. Folders left by killed
 * processes are removed at the first copy. `create` fails with `scratch.failed`; a failed or aborted copy leaves nothing.
 */
export function createScratchFactory(workspace: string): ScratchFactory {
  let cleaning: Promise<number> | null = null;
  return {
    async create({ signal }) {
      await (cleaning ??= removeLeftovers());
      throwIfAborted(signal);
      const from = await realpath(workspace);
      const own = await makeScratchRoot();
      try {
        const root = join(own, folderName(from));
        const copied = await copyEntries(from, root, signal);
        const readOnly = await linkDependencies({ workspace: from, scratch: root, copied });
        return scratchTree(own, root, readOnly);
      } catch (error) {
        await removeScratchRoot(own);
        throw error instanceof Error && 'syscall' in error ? scratchFailed(error) : error;
      }
    },
  };
}

function scratchTree(own: string, root: string, readOnly: readonly string[]): ScratchTree {
  return {
    root,
    readOnly,
    files: createWorkspaceFiles(root),
    async write(path, bytes) {
      const { parent, missing, name } = await realParentInside(root, path);
      const target = join(parent, ...missing, name);
      const existing = await lstatOrNull(target);
      if (existing?.isDirectory()) throw filesExists(path, 'folder');
      const mode = existing?.isFile() ? Number(existing.mode) & 0o777 : 0o644;
      try {
        await rm(target, { force: true });
        if (bytes === null) return;
        await mkdir(dirname(target), { recursive: true });
        await writeFile(target, bytes, { flag: 'wx', mode });
      } catch (error) {
        throw filesWriteFailed(path, error);
      }
    },
    dispose: () => removeScratchRoot(own),
  };
}

/** Tools that show the folder's name show the project's; an odd name could be taken for an option. */
function folderName(workspace: string): string {
  const name = basename(workspace);
  return /^\w[\w.-]*$/.test(name) ? name : 'workspace';
}

async function copyEntries(from: string, to: string, signal: AbortSignal | undefined): Promise<ReadonlySet<string>> {
  const entries = await listEntries(from, { signal });
  await mkdir(to, { recursive: true });
  const folders = new Set(entries.map((entry) => dirname(entry.path)));
  for (const folder of folders) await mkdir(join(to, folder), { recursive: true });
  const copied = new Set<string>();
  for (let at = 0; at < entries.length; at += FILES_AT_ONCE) {
    throwIfAborted(signal);
    const batch = entries.slice(at, at + FILES_AT_ONCE);
    const done = await Promise.all(batch.map((entry) => copyEntry(from, to, entry)));
    batch.forEach((entry, index) => done[index] && copied.add(entry.path));
  }
  return copied;
}

/** False when the entry vanished meanwhile, is private, or leads outside. */
async function copyEntry(from: string, to: string, entry: WorkspaceEntry): Promise<boolean> {
  const source = join(from, entry.path);
  const target = join(to, entry.path);
  try {
    if (entry.kind === 'symlink') return await copyLink(from, to, entry.path);
    await copyFile(source, target, constants.COPYFILE_FICLONE);
    return true;
  } catch (error) {
    if (isMissing(error) || errnoOf(error) === 'EACCES') return false;
    throw error;
  }
}

async function copyLink(from: string, to: string, path: string): Promise<boolean> {
  const source = join(from, path);
  if (!isWithin(from, await realpath(source))) return false;
  const text = await readlink(source);
  const target = join(to, path);
  const inside = isAbsolute(text) ? relative(from, text) : null;
  if (inside !== null && !isWithin(to, join(to, inside))) return false;
  await symlink(inside === null ? text : join(to, inside), target);
  return true;
}

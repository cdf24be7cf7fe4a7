// A private copy of the workspace in which commands run and changes are tried. Nothing in it leads back to be written.

import { mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { throwIfAborted } from '#base/abort.ts';
import { AppError } from '#base/errors.ts';
import type { ScratchFactory, ScratchTree } from '#core/ports.ts';
import { lstatOrNull, realParentInside } from '#node/ports/containment.ts';
import { linkDependencies } from '#node/ports/dependencyLinks.ts';
import { errnoOf, filesExists, filesWriteFailed } from '#node/ports/fileErrors.ts';
import { datesEveryChange, type KeptTree, type KeptTrees, openKeptTrees } from '#node/ports/keptTrees.ts';
import { isSpoiled, makeScratchRoot, removeLeftovers, removeScratchRoot } from '#node/ports/scratchRoot.ts';
import { emptyRecord } from '#node/ports/treeRecord.ts';
import { syncTree } from '#node/ports/treeSync.ts';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';
import { listEntries } from '#node/ports/workspaceEntries.ts';

const scratchFailed = (cause: unknown): AppError =>
  new AppError({
    code: 'scratch.failed',
    message: `No scratch copy of the workspace could be made: ${errnoOf(cause) === 'ENOSPC' ? 'the disk is full' : errnoOf(cause)}.`,
    retryable: true,
    details: { reason: errnoOf(cause) },
    cause,
  });

export interface ScratchOptions {
  /** Absolute folder in which trees of large workspaces are kept for the next run. Default: none is kept. */
  readonly keepIn?: string | null;
  /** Workspaces with fewer files are copied each time: that is quick, and leaves nothing behind. */
  readonly keepFromFiles?: number;
  /** Default: on those that date every change. */
  readonly keepOn?: (fileSystem: number) => boolean;
  /** Epoch milliseconds. Default: the system's clock. */
  readonly now?: () => number;
}

/** Above this, a copy is not kept. */
const MAX_KEPT_BYTES = 4 * 1024 ** 3;
const KEEP_FROM_FILES = 1_000;
/** Above the step of the kernel's clock: what a command changes gets a later time than what was written here. */
const CLOCK_STEP_MS = 20;

/**
 * The copy holds the files that `WorkspaceFiles.list` gives and the symlinks that stay inside; no git metadata, so a
 * test that needs a repository fails there. Ignored files (build output, .env) are not copied. Folders left by killed
 * processes are removed from the first copy on. `create` fails with `scratch.failed`; a failed or aborted copy leaves nothing.
 * Where trees are kept, one that was given back holds nothing that a command changed or added.
 */
export function createScratchFactory(workspace: string, options: ScratchOptions = {}): ScratchFactory {
  const { keepIn, keepFromFiles = KEEP_FROM_FILES, keepOn = datesEveryChange, now = Date.now } = options;
  let cleaning: Promise<unknown> | null = null;
  let opening: Promise<KeptTrees | null> | null = null;
  const open = async (workspaceRoot: string): Promise<KeptTrees | null> => {
    const shelf = keepIn ? await openKeptTrees({ folder: keepIn, workspace: workspaceRoot, keepOn }) : null;
    void shelf?.clean();
    return shelf;
  };
  return {
    async create({ signal, leaveOut }) {
      throwIfAborted(signal);
      // Beside the first copy: nobody waits for what others left, and what cannot go now goes another time.
      cleaning ??= Promise.allSettled([removeLeftovers()]);
      const from = await realpath(workspace);
      const entries = (await listEntries(from, { signal })).filter(({ path }) => leaveOut?.(path) !== true);
      const kept = entries.length < keepFromFiles ? null : await (opening ??= open(from));
      const { own, record } = (await takeKept(kept)) ?? { own: await newRoot(kept), record: emptyRecord() };
      const name = folderName(from);
      try {
        const root = join(own, name);
        const { paths, sizeBytes } = await syncTree({ from, to: root, entries, record, now, signal });
        const links = new Set(entries.filter(({ kind }) => kind === 'symlink').map(({ path }) => path));
        const readOnly = await linkDependencies({ workspace: from, scratch: root, copied: paths, links });
        if (kept !== null) await delay(CLOCK_STEP_MS);
        const stays = (): boolean => sizeBytes <= MAX_KEPT_BYTES && !isSpoiled(own);
        const putAway = (): Promise<void> => (kept !== null && stays() ? kept.putBack({ own, record }, name) : removeScratchRoot(own));
        return scratchTree(root, readOnly, once(putAway));
      } catch (error) {
        await removeScratchRoot(own);
        throw error instanceof Error && 'syscall' in error ? scratchFailed(error) : error;
      }
    },
  };
}

async function takeKept(shelf: KeptTrees | null): Promise<KeptTree | null> {
  try {
    return (await shelf?.take()) ?? null;
  } catch {
    // A shelf that cannot be read gives no tree: the new copy says what is wrong.
    return null;
  }
}

async function newRoot(shelf: KeptTrees | null): Promise<string> {
  try {
    return await (shelf?.makeRoot() ?? makeScratchRoot());
  } catch (error) {
    throw scratchFailed(error);
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => (done ??= work());
}

function scratchTree(root: string, readOnly: readonly string[], dispose: () => Promise<void>): ScratchTree {
  return {
    root,
    readOnly,
    dispose,
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
  };
}

/** Tools that show the folder's name show the project's; an odd name could be taken for an option. */
function folderName(workspace: string): string {
  const name = basename(workspace);
  return /^\w[\w.-]*$/.test(name) ? name : 'workspace';
}

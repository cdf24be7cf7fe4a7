// Makes a scratch tree hold exactly the workspace's files as they are now, copying only what the tree does not hold already.

import { constants, lstatSync, type Stats } from 'node:fs';
import { copyFile, mkdir, readlink, realpath, rm, rmdir, symlink } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { throwIfAborted } from '#base/abort.ts';
import { isWithin } from '#node/ports/containment.ts';
import { errnoOf, isMissing } from '#node/ports/fileErrors.ts';
import { inSlices } from '#node/ports/slices.ts';
import { copySparse, isSparse } from '#node/ports/sparseCopy.ts';
import { fileState, folderState, type TreeRecord, UNSURE } from '#node/ports/treeRecord.ts';
import type { WorkspaceEntry } from '#node/ports/workspaceEntries.ts';

const FILES_AT_ONCE = 32;
/** The coarsest clock of a file system in use (FAT: 2 s): a file that changed so recently may change again within the same time. */
const COARSE_CLOCK_MS = 3_000;

export interface TreeSync {
  /** Real path of the workspace. */
  readonly from: string;
  /** Real path of the tree; made when it is not there. */
  readonly to: string;
  readonly entries: readonly WorkspaceEntry[];
  /** What the tree holds; brought up to date. */
  readonly record: TreeRecord;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
}

export interface Synced {
  /** What the tree holds now. Files that vanished meanwhile, are private or lead outside are left out. */
  readonly paths: ReadonlySet<string>;
  readonly sizeBytes: number;
}

/** Ends with AbortError on abort, and with the system's own error; the tree is of no use then. */
export async function syncTree(sync: TreeSync): Promise<Synced> {
  const { from, to, entries, record, signal } = sync;
  const files = new Map<string, Stats>();
  const lookAt = ({ path, kind }: WorkspaceEntry): void => {
    const info = kind === 'file' ? lstatSync(`${from}/${path}`, { throwIfNoEntry: false }) : undefined;
    if (info?.isFile()) files.set(path, info);
  };
  await inSlices(entries, lookAt, signal);
  await removeOthers(sync, files);
  const links = entries.filter((entry) => entry.kind === 'symlink').map(({ path }) => path);
  await makeFolders(sync, [...files.keys(), ...links]);
  const stale = [...files].filter(([path, info]) => record.files.get(path)?.from !== fileState(info));
  await inBatches(stale, ([path, info]) => copyOne(sync, path, info), signal);
  const linked = await inBatches(links, (path) => copyLink(from, to, path), signal);
  const paths = new Set([...record.files.keys(), ...links.filter((_, at) => linked[at])]);
  return { paths, sizeBytes: [...files.values()].reduce((sum, { size }) => sum + size, 0) };
}

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>, signal: AbortSignal | undefined): Promise<readonly R[]> {
  const done: R[] = [];
  for (let at = 0; at < items.length; at += FILES_AT_ONCE) {
    throwIfAborted(signal);
    done.push(...(await Promise.all(items.slice(at, at + FILES_AT_ONCE).map(work))));
  }
  return done;
}

/** What the tree holds and the workspace has no longer, with the folders that are empty then. */
async function removeOthers({ to, record, signal }: TreeSync, files: ReadonlyMap<string, Stats>): Promise<void> {
  const gone = [...record.files.keys()].filter((path) => !files.has(path));
  for (const path of gone) record.files.delete(path);
  await inBatches(gone, (path) => rm(join(to, path), { force: true }), signal);
  const needed = foldersOf(record.files.keys());
  const empty = [...record.folders.keys()].filter((folder) => !needed.has(folder)).toSorted((a, b) => b.length - a.length);
  for (const folder of empty) {
    record.folders.delete(folder);
    await rmdir(join(to, folder));
  }
}

/** With all that is above them; the root is `''`. */
function foldersOf(paths: Iterable<string>): ReadonlySet<string> {
  const folders = new Set(['']);
  for (const path of paths) {
    for (let cut = path.lastIndexOf('/'); cut > 0 && !folders.has(path.slice(0, cut)); cut = path.lastIndexOf('/', cut - 1))
      folders.add(path.slice(0, cut));
  }
  return folders;
}

async function makeFolders({ to, record, signal }: TreeSync, paths: readonly string[]): Promise<void> {
  const missing = [...foldersOf(paths)].filter((folder) => !record.folders.has(folder)).toSorted((a, b) => a.length - b.length);
  for (const folder of missing) await mkdir(join(to, folder), { recursive: true });
  await inSlices(missing, (folder) => void record.folders.set(folder, folderState(lstatSync(join(to, folder)))), signal);
}

async function copyOne({ from, to, record, now, signal }: TreeSync, path: string, info: Stats): Promise<void> {
  const [source, target] = [join(from, path), join(to, path)];
  if (record.files.delete(path)) await rm(target, { force: true });
  try {
    if (isSparse(info)) await copySparse(source, target, { mode: info.mode & 0o777, signal });
    else await copyFile(source, target, constants.COPYFILE_FICLONE);
  } catch (error) {
    if (isMissing(error) || errnoOf(error) === 'EACCES') return;
    throw error;
  }
  const settled = Math.max(info.mtimeMs, info.ctimeMs) < now() - COARSE_CLOCK_MS;
  record.files.set(path, { from: settled ? fileState(info) : UNSURE, own: fileState(lstatSync(target)) });
}

/** False when it leads outside or nowhere. One that names its goal in full leads to the same place of the tree. */
async function copyLink(from: string, to: string, path: string): Promise<boolean> {
  try {
    const source = join(from, path);
    if (!isWithin(from, await realpath(source))) return false;
    const text = await readlink(source);
    const inside = isAbsolute(text) ? relative(from, text) : null;
    if (inside !== null && !isWithin(to, join(to, inside))) return false;
    await symlink(inside === null ? text : join(to, inside), join(to, path));
    return true;
  } catch (error) {
    if (isMissing(error) || errnoOf(error) === 'EACCES') return false;
    throw error;
  }
}

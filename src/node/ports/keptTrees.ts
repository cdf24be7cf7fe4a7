// Scratch trees kept from run to run, per workspace: the next run takes one and copies only what changed since.

import { createHash, randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, realpath, rename, rm, rmdir, statfs, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { errnoOf } from '#node/ports/fileErrors.ts';
import { adoptScratchRoot, letGoScratchRoot, makeScratchRoot, removeLeftovers } from '#node/ports/scratchRoot.ts';
import { removeTree } from '#node/ports/removeTree.ts';
import { restoreTree } from '#node/ports/treeCheck.ts';
import { parseRecord, recordText, type TreeRecord } from '#node/ports/treeRecord.ts';

const KEPT = 'kept-';
const RECORD = 'record';
/** Of one workspace: as many as steps usually run commands at the same time. */
const MAX_KEPT = 2;
const UNUSED_MS = 7 * 24 * 3_600_000;
/** ext4, xfs, btrfs. */
const EXACT: ReadonlySet<number> = new Set([0xef53, 0x58465342, 0x9123683e]);

/** Whether this type of file system (as `statfs` says it) dates every change, also one through a mapping. */
export const datesEveryChange = (fileSystem: number): boolean => EXACT.has(fileSystem);

export interface KeptTree {
  /** The folder that is the taker's alone; the tree is a folder in it. */
  readonly own: string;
  readonly record: TreeRecord;
}

export interface KeptTrees {
  /** A new folder for a tree that is to be kept later. */
  makeRoot(): Promise<string>;
  /** No other process gets the same one. Null: none is kept. */
  take(): Promise<KeptTree | null>;
  /** Once no process can write in it any more. A tree that cannot be kept is removed. */
  putBack(tree: KeptTree, name: string): Promise<void>;
  /** Removes what killed processes left and what nobody used for a week. Never fails: what cannot go stays for the next time. */
  clean(): Promise<void>;
}

/** `$XDG_CACHE_HOME/cas/trees`, by default in `~/.cache`; null where there is no such place. */
export function keptTreesFolder(env: NodeJS.ProcessEnv = process.env): string | null {
  const cache = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  return isAbsolute(cache) ? join(cache, 'cas', 'trees') : null;
}

export interface KeptTreesOptions {
  readonly folder: string;
  /** Real path. */
  readonly workspace: string;
  readonly keepOn: (fileSystem: number) => boolean;
}

/**
 * Null where trees cannot be kept: not on Linux (elsewhere a command that leaves its sandbox may write later), a file
 * system whose times do not tell every change, a folder of somebody else.
 */
export async function openKeptTrees({ folder, workspace, keepOn }: KeptTreesOptions): Promise<KeptTrees | null> {
  if (process.platform !== 'linux') return null;
  try {
    const base = await ownFolder(folder);
    if (base === null || !keepOn((await statfs(base)).type)) return null;
    const shelf = join(base, createHash('sha256').update(workspace).digest('hex').slice(0, 16));
    return keptTrees(base, shelf);
  } catch {
    // No place to write, a full disk: trees are copied anew then, and that says what is wrong.
    return null;
  }
}

async function ownFolder(folder: string): Promise<string | null> {
  await mkdir(folder, { mode: 0o700, recursive: true });
  const real = await realpath(folder);
  if ((await lstat(real)).uid !== process.getuid?.()) return null;
  await chmod(real, 0o700);
  // It was dated this moment. A disk that knows whole seconds alone does not tell two changes within one.
  return (await lstat(real)).ctimeMs % 1_000 === 0 ? null : real;
}

function keptTrees(base: string, shelf: string): KeptTrees {
  return {
    async makeRoot() {
      // Whoever deletes the folder of trees loses time, nothing else.
      await mkdir(shelf, { mode: 0o700, recursive: true });
      return makeScratchRoot(shelf);
    },
    async take() {
      for (const name of await keptOn(shelf)) {
        const own = await adoptScratchRoot(join(shelf, name), shelf);
        if (own === null) continue;
        const record = await readRecord(own);
        if (record !== null) return { own, record };
        await letGoScratchRoot(own, removeTree);
      }
      return null;
    },
    putBack: ({ own, record }, name) =>
      letGoScratchRoot(own, async () => {
        const place = join(shelf, `${KEPT}${randomBytes(6).toString('hex')}`);
        // What cannot be checked or recorded, for whatever reason, is not kept.
        const kept = await prepare(own, record, name).catch(() => false);
        if (!kept) return removeTree(own);
        await rename(own, place);
        await Promise.allSettled((await keptOn(shelf)).slice(MAX_KEPT).map((old) => removeKept(shelf, old)));
      }),
    async clean() {
      const names = await readdir(base).catch(() => []); // Gone: nothing is left in it.
      await Promise.allSettled(names.map((name) => cleanShelf(join(base, name))));
    },
  };
}

/** Nothing beside the tree stays, whatever a command put there: the record is ours. */
async function prepare(own: string, record: TreeRecord, name: string): Promise<boolean> {
  for (const other of await readdir(own)) if (other !== name) await removeTree(join(own, other));
  if (!(await restoreTree(join(own, name), record))) return false;
  await writeFile(join(own, RECORD), recordText(record), { flag: 'wx', mode: 0o600 });
  return true;
}

async function readRecord(own: string): Promise<TreeRecord | null> {
  try {
    const record = parseRecord(await readFile(join(own, RECORD), 'utf8'));
    await rm(join(own, RECORD));
    return record;
  } catch {
    // Damaged: the tree is of no use.
    return null;
  }
}

/** Those put back last first. */
async function keptOn(shelf: string): Promise<readonly string[]> {
  const names = (await readdir(shelf)).filter((name) => name.startsWith(KEPT));
  const dated = await Promise.all(names.map(async (name) => ({ name, at: await changedAt(join(shelf, name)) })));
  return dated.toSorted((a, b) => b.at - a.at).map(({ name }) => name);
}

/** Zero when somebody took it meanwhile. */
async function changedAt(path: string): Promise<number> {
  try {
    return (await lstat(path)).mtimeMs;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 0;
    throw error;
  }
}

async function cleanShelf(shelf: string): Promise<void> {
  await removeLeftovers(shelf);
  for (const name of await keptOn(shelf)) {
    if (Date.now() - (await changedAt(join(shelf, name))) > UNUSED_MS) await removeKept(shelf, name);
  }
  // A process that has just opened its shelf has not put anything there yet.
  if (Date.now() - (await changedAt(shelf)) > UNUSED_MS && (await readdir(shelf)).length === 0) await rmdir(shelf);
}

/** Taken first, so that nobody takes a tree that is half gone. */
async function removeKept(shelf: string, name: string): Promise<void> {
  const own = await adoptScratchRoot(join(shelf, name), shelf);
  if (own !== null) await letGoScratchRoot(own, removeTree);
}

// After commands have had a scratch tree: removes all that is not exactly as it was handed over, so that the next run finds no trace.

import { type Dirent, lstatSync, readdirSync, type Stats } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { join } from 'node:path';
import { isWithheld } from '#core/agents/tools/withheld.ts';
import { inSlices } from '#node/ports/slices.ts';
import { removeTree } from '#node/ports/removeTree.ts';
import { fileState, folderState, type TreeRecord, UNSURE } from '#node/ports/treeRecord.ts';

/**
 * Afterwards the tree holds what `record` says and nothing else; what was changed, added or may not be kept is gone from
 * both. False when that cannot be told: throw the tree away. Every process that could write in it has ended.
 */
export async function restoreTree(root: string, record: TreeRecord): Promise<boolean> {
  const found = { files: new Set<string>(), folders: new Set<string>() };
  const odd: string[] = [];
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    if (record.folders.get(folder) !== stateOf(join(root, folder), folderState)) {
      if (folder === '') return false;
      odd.push(folder);
      continue;
    }
    found.folders.add(folder);
    const prefix = folder === '' ? '' : `${folder}/`;
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    // Such a name is not the one the file has: nothing can be done to it by that name.
    if (entries.some(({ name }) => name.includes('\uFFFD'))) return false;
    const sort = (entry: Dirent): void => {
      const path = prefix + entry.name;
      if (entry.isDirectory()) pending.push(path);
      else if (isAsItWas(root, path, record)) found.files.add(path);
      else odd.push(path);
    };
    await inSlices(entries, sort);
    await nextTurn();
  }
  for (const path of odd) await removeTree(join(root, path));
  for (const path of record.files.keys()) if (!found.files.has(path)) record.files.delete(path);
  for (const path of record.folders.keys()) if (!found.folders.has(path)) record.folders.delete(path);
  return true;
}

function isAsItWas(root: string, path: string, record: TreeRecord): boolean {
  const copied = record.files.get(path);
  if (copied === undefined || copied.from === UNSURE || isWithheld(path)) return false;
  return copied.own === stateOf(`${root}/${path}`, fileState);
}

function stateOf(path: string, state: (info: Stats) => string): string | null {
  const info = lstatSync(path, { throwIfNoEntry: false });
  return info === undefined ? null : state(info);
}

// The modules of a code base: folders that hold about as much as one another, with what they import of each other.

import type { LevelsOfModules } from '#core/migration/audit/levels.ts';

export interface CodeFile {
  readonly path: string;
  readonly lines: number;
  /** Workspace paths that it imports, as far as they can be told; the extension may be missing. */
  readonly imports: readonly string[];
}

export interface Module extends LevelsOfModules {
  /** Folder; '' for files beside all folders. */
  readonly path: string;
  readonly files: number;
  readonly lines: number;
}

/** More are put together as one. */
const MOST_MODULES = 30;
/** A folder with more than this share of the files is looked into. */
const TOO_BIG = 0.4;
const DEEPEST = 5;

/** In the order of their paths. */
export function modulesOf(files: readonly CodeFile[]): readonly Module[] {
  const folders = split(files.map(({ path }) => path));
  const find = (path: string): string | undefined => folders.find((folder) => within(path, folder));
  const modules = new Map<string, { files: number; lines: number; imports: Map<string, number> }>();
  for (const { path, lines, imports } of files) {
    const own = find(path) ?? '';
    const module = modules.get(own) ?? { files: 0, lines: 0, imports: new Map<string, number>() };
    module.files += 1;
    module.lines += lines;
    for (const imported of imports) {
      const other = find(imported);
      if (other !== undefined && other !== own) module.imports.set(other, (module.imports.get(other) ?? 0) + 1);
    }
    modules.set(own, module);
  }
  return Array.from(modules, ([path, { imports, ...counts }]) => ({
    path,
    ...counts,
    imports: new Map([...imports].filter(([other]) => modules.has(other))),
  })).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Folders, deepest first, so that the first that holds a path is its own; the last one is '' and holds the rest. */
function split(paths: readonly string[]): readonly string[] {
  const folders = new Set(['']);
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    const counts = count(paths, folders);
    const big = [...counts].filter(([, own]) => own.length > Math.max(8, TOO_BIG * paths.length)).map(([folder]) => folder);
    const inner = big.flatMap((folder) => childFolders(counts.get(folder) ?? [], folder));
    if (inner.length === 0 || folders.size + inner.length > MOST_MODULES) break;
    for (const folder of inner) folders.add(folder);
  }
  return [...folders].toSorted((a, b) => b.length - a.length);
}

function count(paths: readonly string[], folders: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> {
  const order = [...folders].toSorted((a, b) => b.length - a.length);
  const counts = new Map<string, string[]>();
  for (const path of paths) {
    const folder = order.find((one) => within(path, one)) ?? '';
    counts.set(folder, [...(counts.get(folder) ?? []), path]);
  }
  return counts;
}

function childFolders(paths: readonly string[], folder: string): readonly string[] {
  const start = folder === '' ? 0 : folder.length + 1;
  const children = paths.flatMap((path) => {
    const end = path.indexOf('/', start);
    return end === -1 ? [] : [path.slice(0, end)];
  });
  return [...new Set(children)];
}

function within(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

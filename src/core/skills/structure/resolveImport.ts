// From what an import says to the files of the workspace it means. What lies outside (packages, the standard library) is no file.

import type { Language } from '#core/skills/rules/languages.ts';
import type { Import } from '#core/skills/structure/outline.ts';

/** Paths of files that exist; none when the import leads outside the workspace. */
export type Resolver = (from: string, language: Language, one: Import) => readonly string[];

/** A prefix or whole specifier, and the paths it stands for; a `*` in both is what comes in between. */
export interface Alias {
  /** Files in this folder and below may use it; `''` is the whole workspace. */
  readonly folder: string;
  readonly pattern: string;
  readonly targets: readonly string[];
}

export interface CargoPackage {
  readonly folder: string;
  /** As it stands in `use`: `grep_matcher`. */
  readonly name: string;
  /** Its library, whether or not it is there. */
  readonly library: string;
  /** Its programs, whether or not they are there, but for those of `src/bin`. */
  readonly programs: readonly string[];
}

export interface Project {
  /** Every file of the workspace. */
  readonly paths: ReadonlySet<string>;
  readonly aliases: readonly Alias[];
  /** Go modules by their path: `example.org/m` to the folder of its `go.mod`. */
  readonly goModules: ReadonlyMap<string, string>;
  /** Packages of Rust. */
  readonly cargo: readonly CargoPackage[];
}

export function createResolver(project: Project): Resolver {
  const byFolder = Map.groupBy(project.paths, folderOf);
  const bySuffix = Map.groupBy(
    Array.from(project.paths).filter((path) => path.endsWith('.java')),
    (path) => path.slice(path.lastIndexOf('/') + 1),
  );
  const find = (candidates: readonly string[]): readonly string[] => {
    const hit = candidates.find((path) => project.paths.has(path));
    return hit === undefined ? [] : [hit];
  };
  const script = (from: string, specifier: string): readonly string[] => {
    if (specifier.startsWith('.')) return find(scriptCandidates(join(folderOf(from), specifier)));
    for (const target of aliased(project.aliases, from, specifier)) {
      const found = find(scriptCandidates(target));
      if (found.length > 0) return found;
    }
    return [];
  };
  return (from, language, one) => {
    switch (language) {
      case 'javascript':
      case 'typescript':
      case 'tsx':
        return script(
          from,
          one.specifier.replace(/[?#].*$/, (rest) => (one.specifier.startsWith('#') ? one.specifier.slice(-rest.length) : '')),
        );
      case 'python':
        return pythonModules(from, one, { find, paths: project.paths });
      case 'go':
        return goFiles(one.specifier, project.goModules, byFolder);
      case 'java':
        return (bySuffix.get(`${one.specifier.split('.').at(-1) ?? ''}.java`) ?? []).filter((path) =>
          `/${path}`.endsWith(`/${one.specifier.replaceAll('.', '/')}.java`),
        );
      case 'rust':
        return rustFiles(from, one.specifier, { project, find });
    }
  };
}

export function folderOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at === -1 ? '' : path.slice(0, at);
}

/** Resolves `.` and `..`; what leads out of the workspace begins with `../`. */
export function join(folder: string, relative: string): string {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

const SCRIPT_ENDINGS = ['ts', 'tsx', 'mts', 'cts', 'd.ts', 'js', 'jsx', 'mjs', 'cjs', 'json', 'vue', 'svelte'];

/** As written, with an ending, as the source of a compiled name (`./a.js` is written `./a.ts`), as a folder's index. */
function scriptCandidates(path: string): readonly string[] {
  const compiled = /^(.*)\.([cm]?)js(x?)$/.exec(path);
  return [
    path,
    ...(compiled ? [`${compiled[1]}.${compiled[2]}ts${compiled[3]}`, `${compiled[1]}.tsx`] : []),
    ...SCRIPT_ENDINGS.map((ending) => `${path}.${ending}`),
    ...SCRIPT_ENDINGS.map((ending) => join(path, `index.${ending}`)),
  ];
}

function aliased(aliases: readonly Alias[], from: string, specifier: string): readonly string[] {
  return aliases.flatMap(({ folder, pattern, targets }) => {
    if (folder !== '' && !from.startsWith(`${folder}/`)) return [];
    const [before = '', after] = pattern.split('*');
    if (after === undefined) return specifier === pattern ? targets : [];
    if (!specifier.startsWith(before) || !specifier.endsWith(after) || specifier.length < before.length + after.length) return [];
    const middle = specifier.slice(before.length, specifier.length - after.length);
    return targets.map((target) => target.replace('*', middle));
  });
}

/** `from a import b` means the module `a.b` when there is one, else the name `b` of the module `a`. */
function pythonModules(
  from: string,
  { specifier, names }: Import,
  { find, paths }: { readonly find: (candidates: readonly string[]) => readonly string[]; readonly paths: ReadonlySet<string> },
): readonly string[] {
  const dots = /^\.*/.exec(specifier)?.[0].length ?? 0;
  const rest = specifier.slice(dots).replaceAll('.', '/');
  const up = Array.from({ length: Math.max(0, dots - 1) }, () => '..').join('/');
  // An absolute name may start at the root, in `src`, or in any folder above the file that is no package: `types` beside a module
  // of a package is not what `import types` means.
  const outside = above(folderOf(from)).filter((folder) => !paths.has(`${folder}/__init__.py`));
  const bases = dots > 0 ? [join(folderOf(from), up)] : ['', 'src', 'lib', ...outside];
  const module = (path: string): readonly string[] =>
    find(
      bases.flatMap((base) => {
        const full = join(base, path);
        return [`${full}.py`, `${full}.pyi`, join(full, '__init__.py')];
      }),
    );
  const submodules = names.map((name) => (name === '*' ? [] : module(rest === '' ? name : `${rest}/${name}`)));
  const asks = submodules.some((found) => found.length === 0) && (rest !== '' || dots > 0);
  return [...submodules.flat(), ...(asks ? module(rest) : [])];
}

function above(folder: string): readonly string[] {
  const parts = folder.split('/');
  return parts.map((_, at) => parts.slice(0, parts.length - at).join('/')).filter((path) => path !== '');
}

function goFiles(
  specifier: string,
  modules: ReadonlyMap<string, string>,
  byFolder: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  for (const [name, folder] of modules) {
    if (specifier !== name && !specifier.startsWith(`${name}/`)) continue;
    const files = byFolder.get(join(folder, specifier.slice(name.length + 1))) ?? [];
    return files.filter((path) => path.endsWith('.go') && !path.endsWith('_test.go'));
  }
  return [];
}

/** A file of the crate itself, or of another crate of the workspace: then its library at least, which holds what is named. */
function rustFiles(
  from: string,
  specifier: string,
  { project, find }: { readonly project: Project; readonly find: (candidates: readonly string[]) => readonly string[] },
): readonly string[] {
  const [head] = specifier.split('::', 1);
  const library = project.cargo.find(({ name }) => name === head)?.library;
  if (library !== undefined && library !== from) return find([library]);
  return rustCandidates(from, specifier, project.paths)
    .flatMap((list) => find(list))
    .slice(0, 1);
}

/** The longest part of the path that is a file of the crate. */
function rustCandidates(from: string, specifier: string, paths: ReadonlySet<string>): readonly (readonly string[])[] {
  const [head = '', ...rest] = specifier.split('::');
  const base = rustBase(from, head, paths);
  if (base === null) return [];
  const parts = rest.map((part) => part.replace(/^r#/, ''));
  return parts.map((_, at) => {
    const path = join(base, parts.slice(0, parts.length - at).join('/'));
    return [`${path}.rs`, join(path, 'mod.rs')];
  });
}

/** The folder whose files are the modules of `crate`, `self` or `super`. */
function rustBase(from: string, head: string, paths: ReadonlySet<string>): string | null {
  const folder = folderOf(from);
  const isRoot = /(?:^|\/)(?:mod|lib|main)\.rs$/.test(from);
  const own = isRoot ? folder : from.replace(/\.rs$/, '');
  if (head === 'self') return own;
  if (head === 'super') return isRoot ? folderOf(folder) : folder;
  if (head !== 'crate') return null;
  const root = [folder, ...above(folder)].find((path) => paths.has(join(path, 'lib.rs')) || paths.has(join(path, 'main.rs')));
  return root ?? null;
}

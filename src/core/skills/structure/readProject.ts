// What a workspace says about how its imports are to be read: package.json, tsconfig.json, go.mod, Cargo.toml.

import { hasCode } from '#base/errors.ts';
import type { SkillContext } from '#core/skills/skill.ts';
import { decodeSource } from '#core/skills/source/readSources.ts';
import { lex } from '#core/skills/source/lex.ts';
import { readCargo } from '#core/skills/structure/cargo.ts';
import { type Alias, type CargoPackage, folderOf, join, type Project } from '#core/skills/structure/resolveImport.ts';

type Context = Pick<SkillContext, 'files' | 'signal'>;

/** A damaged manifest is no aliases; the package manager says so better than a guess could. */
export async function readProject(context: Context): Promise<Project> {
  const paths = new Set(await context.files.list({ signal: context.signal }));
  const aliases: Alias[] = [];
  const goModules = new Map<string, string>();
  const cargo: CargoPackage[] = [];
  for (const path of paths) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name === 'package.json') aliases.push(...packageAliases(folderOf(path), await readJson(context, path)));
    else if (/^[tj]sconfig(?:\.\w+)?\.json$/.test(name)) aliases.push(...pathAliases(folderOf(path), await readJson(context, path)));
    else if (name === 'go.mod') {
      const module = /^module\s+(\S+)/m.exec((await readText(context, path)) ?? '')?.[1];
      if (module !== undefined) goModules.set(module, folderOf(path));
    } else if (name === 'Cargo.toml') {
      const crate = readCargo(folderOf(path), (await readText(context, path)) ?? '');
      if (crate !== null) cargo.push(crate);
    }
  }
  return { paths, aliases, goModules, cargo };
}

/** Null when it is gone, no text, or not readable. */
export async function readText(context: Context, path: string): Promise<string | null> {
  try {
    const source = decodeSource(path, await context.files.read(path));
    return typeof source === 'string' ? null : source.text;
  } catch (error) {
    if (hasCode(error, 'files.notFound') || hasCode(error, 'files.outside')) return null;
    throw error;
  }
}

/** JSON as tsconfig has it, with comments and commas at the end of lists. Null for anything else than an object. */
async function readJson(context: Context, path: string): Promise<{ readonly [key: string]: unknown } | null> {
  const text = (await readText(context, path))?.replace(/^\uFEFF/, '');
  if (text === undefined) return null;
  let bare = text;
  for (const { kind, start, end } of lex(text, 'c').toReversed()) {
    if (kind === 'comment') bare = bare.slice(0, start) + bare.slice(end);
  }
  try {
    const value: unknown = JSON.parse(bare.replace(/,(\s*[}\]])/g, '$1'));
    return typeof value === 'object' && value !== null ? (value as { readonly [key: string]: unknown }) : null;
  } catch {
    // Not JSON: whoever builds with it is told so there.
    return null;
  }
}

/** `imports` of a package (`#a/*`), and the package's own name for the other packages of a workspace. */
function packageAliases(folder: string, manifest: { readonly [key: string]: unknown } | null): readonly Alias[] {
  if (manifest === null) return [];
  const imports = Object.entries(objectOf(manifest['imports'])).map(([pattern, target]) => ({
    folder,
    pattern,
    targets: textsIn(target).map((path) => join(folder, path)),
  }));
  const name = manifest['name'];
  if (typeof name !== 'string' || name === '' || folder === '') return imports;
  const entries = [...textsIn(objectOf(manifest['exports'])['.']), ...textsIn(manifest['main'])].map((path) => join(folder, path));
  return [
    ...imports,
    { folder: '', pattern: name, targets: [join(folder, 'src/index'), join(folder, 'index'), ...entries] },
    { folder: '', pattern: `${name}/*`, targets: [join(folder, '*'), join(folder, 'src/*')] },
  ];
}

/** `paths` and `baseUrl` of a TypeScript project. */
function pathAliases(folder: string, config: { readonly [key: string]: unknown } | null): readonly Alias[] {
  const options = objectOf(config?.['compilerOptions']);
  const baseUrl = options['baseUrl'];
  const base = typeof baseUrl === 'string' ? join(folder, baseUrl) : folder;
  const paths = Object.entries(objectOf(options['paths'])).map(([pattern, targets]) => ({
    folder,
    pattern,
    targets: textsIn(targets).map((path) => join(base, path)),
  }));
  return typeof baseUrl === 'string' ? [...paths, { folder, pattern: '*', targets: [join(base, '*')] }] : paths;
}

function objectOf(value: unknown): { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null ? (value as { readonly [key: string]: unknown }) : {};
}

/** All texts in a value, however its conditions are nested. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

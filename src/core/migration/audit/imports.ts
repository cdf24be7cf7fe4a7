// What a source file imports of its own project, read off its text: JavaScript, TypeScript and Python; other languages tell nothing here.

import path from 'node:path';

/** `#core/*` → `src/core/*`: the prefixes of a package's own aliases. */
export type Aliases = readonly (readonly [prefix: string, target: string])[];

const SCRIPT = /\.[cm]?[jt]sx?$|\.(?:vue|svelte)$/;
const SPECIFIER = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(["'])([^"'\n]+)\1/g;
const PYTHON = /^[ \t]*(?:from\s+(\.*[\w.]*)\s+import|import\s+([\w.]+))/gm;

export function importsOf(file: string, text: string, aliases: Aliases): readonly string[] {
  if (SCRIPT.test(file))
    return Array.from(text.matchAll(SPECIFIER), ([, , name = '']) => resolveScript(file, name, aliases)).filter((found) => found !== null);
  if (file.endsWith('.py'))
    return Array.from(text.matchAll(PYTHON), ([, from, whole]) => from ?? whole ?? '').flatMap((name) => resolvePython(file, name));
  return [];
}

/** From `imports` of a package.json: those that lead to folders of the package. */
export function aliasesOf(manifest: { readonly [key: string]: unknown } | null): Aliases {
  const imports = manifest?.['imports'];
  if (typeof imports !== 'object' || imports === null) return [];
  return Object.entries(imports).flatMap(([key, target]): Aliases => {
    if (typeof target !== 'string' || !key.endsWith('*') || !target.startsWith('./') || !target.endsWith('*')) return [];
    return [[key.slice(0, -1), target.slice(2, -1)]];
  });
}

function resolveScript(file: string, name: string, aliases: Aliases): string | null {
  if (name.startsWith('.')) return inside(path.posix.join(path.posix.dirname(file), name));
  const alias = aliases.find(([prefix]) => name.startsWith(prefix));
  return alias === undefined ? null : inside(alias[1] + name.slice(alias[0].length));
}

/** A dotted name may start at the root or in `src`; a relative one at its package. */
function resolvePython(file: string, name: string): readonly string[] {
  const dots = /^\.*/.exec(name)?.[0].length ?? 0;
  const rest = name.slice(dots).replaceAll('.', '/');
  if (dots === 0) return rest === '' ? [] : [rest, `src/${rest}`];
  const found = inside(path.posix.join(path.posix.dirname(file), '../'.repeat(dots - 1), rest));
  return found === null ? [] : [found];
}

function inside(place: string): string | null {
  return place.startsWith('..') ? null : place;
}

// Which languages a project is written in, by extension, with the lines that are there.

import { throwIfAborted } from '#base/abort.ts';
import { hasCode } from '#base/errors.ts';
import type { SkillContext } from '#core/skills/skill.ts';
import { isGeneratedPath } from '#core/skills/source/generated.ts';

export interface LanguageCount {
  readonly name: string;
  readonly files: number;
  /** Line breaks, plus one for a last line without. */
  readonly lines: number;
}

const LANGUAGES: { readonly [name: string]: string } = {
  TypeScript: 'ts tsx mts cts',
  JavaScript: 'js jsx mjs cjs',
  Python: 'py pyi',
  Go: 'go',
  Rust: 'rs',
  Java: 'java',
  Kotlin: 'kt kts',
  Scala: 'scala',
  'C#': 'cs',
  'F#': 'fs',
  C: 'c h',
  'C++': 'cc cpp cxx hh hpp hxx',
  Swift: 'swift',
  'Objective-C': 'm mm',
  Ruby: 'rb rake',
  PHP: 'php',
  Perl: 'pl pm',
  Lua: 'lua',
  Dart: 'dart',
  Elixir: 'ex exs',
  Erlang: 'erl',
  Haskell: 'hs',
  OCaml: 'ml mli',
  Clojure: 'clj cljs cljc',
  R: 'r',
  Julia: 'jl',
  Zig: 'zig',
  Shell: 'sh bash zsh',
  PowerShell: 'ps1',
  SQL: 'sql',
  HTML: 'html htm',
  CSS: 'css scss sass less',
  Vue: 'vue',
  Svelte: 'svelte',
  Terraform: 'tf',
  Protobuf: 'proto',
  GraphQL: 'graphql gql',
  YAML: 'yaml yml',
  JSON: 'json jsonc json5',
  TOML: 'toml',
  XML: 'xml',
  Markdown: 'md mdx',
};
const BY_EXTENSION = new Map(
  Object.entries(LANGUAGES).flatMap(([name, endings]) => endings.split(' ').map((ending) => [ending, name] as const)),
);

const FILES_AT_ONCE = 32;
const MAX_BYTES = 4_194_304;

/** Most lines first. Generated, vendored and lock files and files over 4 MiB are not counted. Ends with AbortError on abort. */
export async function countLanguages(
  context: Pick<SkillContext, 'files' | 'signal' | 'progress'>,
  paths: Iterable<string>,
): Promise<readonly LanguageCount[]> {
  const wanted = Array.from(paths).flatMap((path) => {
    const name = languageOf(path);
    return name === null || isGeneratedPath(path) ? [] : [{ path, name }];
  });
  const counts = new Map<string, { files: number; lines: number }>();
  for (let at = 0; at < wanted.length; at += FILES_AT_ONCE) {
    throwIfAborted(context.signal);
    const batch = wanted.slice(at, at + FILES_AT_ONCE);
    const lines = await Promise.all(batch.map(({ path }) => countLines(context, path)));
    batch.forEach(({ name }, index) => {
      const found = lines[index];
      if (found === null || found === undefined) return;
      const count = counts.get(name) ?? { files: 0, lines: 0 };
      counts.set(name, { files: count.files + 1, lines: count.lines + found });
    });
    context.progress('Counting lines', Math.min(at + FILES_AT_ONCE, wanted.length), wanted.length);
  }
  const list = Array.from(counts, ([name, count]) => ({ name, ...count }));
  return list.sort((a, b) => b.lines - a.lines || (a.name < b.name ? -1 : 1));
}

/** By extension, or null for what is no known language. */
export function languageOf(path: string): string | null {
  const ending = /\.([A-Za-z0-9+]+)$/.exec(path)?.[1]?.toLowerCase();
  return ending === undefined ? null : (BY_EXTENSION.get(ending) ?? null);
}

async function countLines(context: Pick<SkillContext, 'files'>, path: string): Promise<number | null> {
  try {
    const stat = await context.files.stat(path);
    if (stat?.kind !== 'file' || stat.sizeBytes > MAX_BYTES) return null;
    const bytes = await context.files.read(path);
    let lines = bytes.length > 0 && bytes.at(-1) !== 10 ? 1 : 0;
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
    return lines;
  } catch (error) {
    // Gone meanwhile or private: not counted.
    if (hasCode(error, 'files.notFound') || (error as NodeJS.ErrnoException).code === 'EACCES') return null;
    throw error;
  }
}

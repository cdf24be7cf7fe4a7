// Symbols, definitions and references from syntax trees: by name, without types. What serves where no editor does.

import type { SgNode } from '@ast-grep/wasm';
import { throwIfAborted } from '#base/abort.ts';
import { hasCode } from '#base/errors.ts';
import { GRAMMARS, nameOf } from '#core/agents/code/declarations.ts';
import type { WorkspaceFiles } from '#core/ports.ts';
import type { SyntaxEngine } from '#core/skills/rules/engine.ts';
import { type Language, languageOf } from '#core/skills/rules/languages.ts';
import { isGeneratedPath } from '#core/skills/source/generated.ts';
import type { CodeIntelligence, CodePlace, CodeProblem, CodeSymbol } from '#core/toolPorts.ts';

const MAX_BYTES = 500_000;
const MAX_FOUND = 500;

export interface SyntaxIntelligenceDeps {
  readonly files: WorkspaceFiles;
  /** The text as the step sees it, with its edits. */
  readonly read: (path: string) => Promise<string>;
  readonly engine: () => SyntaxEngine;
}

interface Source {
  readonly path: string;
  readonly language: Language;
  readonly text: string;
}

export function createSyntaxIntelligence(deps: SyntaxIntelligenceDeps): CodeIntelligence {
  const engine = lazily(deps.engine);
  const inTree = async <T>({ language, text }: Source, use: (root: SgNode) => T): Promise<T> => {
    await engine().load([language]);
    return engine().withTree(language, text, use);
  };
  const byName = (
    at: { readonly path: string; readonly name: string; readonly signal: AbortSignal },
    find: (source: Source, root: SgNode) => readonly CodePlace[],
  ): Promise<readonly CodePlace[] | null> => everywhere(deps, at, (source) => inTree(source, (root) => find(source, root)));
  return {
    name: 'syntax trees (by name, without types)',
    async symbols({ path, query, signal }) {
      if (path !== undefined) {
        const source = await load(deps, path);
        return source && inTree(source, (root) => symbolsOf(source, root));
      }
      const wanted = (query ?? '').toLowerCase();
      const holds = (text: string): boolean => text.toLowerCase().includes(wanted);
      return overFiles(deps, { signal, holds, language: null }, (source) =>
        inTree(source, (root) => symbolsOf(source, root).filter(({ name }) => holds(name))),
      );
    },
    definitions: (at) => byName(at, (source, root) => symbolsOf(source, root).filter(({ name }) => name === at.name)),
    references: (at) => byName(at, (source, root) => namesIn(source, root, at.name)),
    async diagnostics({ path }) {
      const source = await load(deps, path);
      return source && inTree(source, (root) => problemsIn(source, root));
    },
    actions: () => Promise.resolve(null),
  };
}

async function everywhere(
  deps: SyntaxIntelligenceDeps,
  at: { readonly path: string; readonly name: string; readonly signal: AbortSignal },
  find: (source: Source) => Promise<readonly CodePlace[]>,
): Promise<readonly CodePlace[] | null> {
  const language = languageOf(at.path);
  if (language === null) return null;
  return overFiles(deps, { signal: at.signal, holds: (text) => text.includes(at.name), language }, find);
}

/** Files whose text holds what is looked for, in order of path; a parse is the costly part. */
async function overFiles<T>(
  deps: SyntaxIntelligenceDeps,
  wanted: { readonly signal: AbortSignal; readonly holds: (text: string) => boolean; readonly language: Language | null },
  find: (source: Source) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const family = wanted.language === null ? null : GRAMMARS[wanted.language].family;
  const found: T[] = [];
  for (const path of await deps.files.list({ signal: wanted.signal })) {
    throwIfAborted(wanted.signal);
    const language = languageOf(path);
    if (language === null || isGeneratedPath(path) || (family !== null && GRAMMARS[language].family !== family)) continue;
    const source = await load(deps, path);
    if (source === null || !wanted.holds(source.text)) continue;
    found.push(...(await find(source)));
    if (found.length >= MAX_FOUND) return found.slice(0, MAX_FOUND);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return found;
}

/** Null where no grammar reads the file, or it is no text of a size people write. */
async function load({ files, read }: SyntaxIntelligenceDeps, path: string): Promise<Source | null> {
  const language = languageOf(path);
  if (language === null) return null;
  try {
    const stat = await files.stat(path);
    if (stat !== null && stat.sizeBytes > MAX_BYTES) return null;
    return { path, language, text: (await read(path)).replace(/^\uFEFF/, ' ') };
  } catch (error) {
    if (['files.notFound', 'tool.notText', 'tool.tooLarge', 'tool.withheld'].some((code) => hasCode(error, code))) return null;
    throw error;
  }
}

function symbolsOf({ path, language }: Source, root: SgNode): readonly CodeSymbol[] {
  const { declares } = GRAMMARS[language];
  const nodes = root.findAll({ rule: { any: Object.keys(declares).map((kind) => ({ kind })) } });
  const symbols: CodeSymbol[] = [];
  const open: { readonly name: string; readonly end: number }[] = [];
  for (const node of nodes.toSorted((a, b) => a.range().start.index - b.range().start.index)) {
    const name = nameOf(node);
    if (name === null) continue;
    const range = node.range();
    while ((open.at(-1)?.end ?? Infinity) <= range.start.index) open.pop();
    const at = name.range().start;
    const text = name.text();
    const place = { path, line: at.line + 1, column: at.column + 1, endLine: range.end.line + 1 };
    symbols.push({ name: text, kind: declares[node.kind()] ?? node.kind(), ...place, container: open.at(-1)?.name ?? null });
    open.push({ name: text, end: range.end.index });
  }
  return symbols;
}

function namesIn({ path, language }: Source, root: SgNode, name: string): readonly CodePlace[] {
  const kinds = GRAMMARS[language].names.map((kind) => ({ kind }));
  return root
    .findAll({ rule: { any: kinds } })
    .filter((node) => node.text() === name)
    .map((node) => {
      const { start } = node.range();
      return { path, line: start.line + 1, column: start.column + 1 };
    });
}

function problemsIn({ path }: Source, root: SgNode): readonly CodeProblem[] {
  // What the parser could not read, and what it had to imagine to go on: leaves without text.
  const nodes = root.findAll({ rule: { any: [{ kind: 'ERROR' }, { regex: '^$' }] } });
  return nodes
    .filter((node) => node.kind() === 'ERROR' || (node.isLeaf() && node.parent() !== undefined))
    .map((node) => {
      const { start } = node.range();
      const text = node.text();
      const message = text === '' ? `Syntax error: ${node.kind()} is missing` : `Syntax error at ${JSON.stringify(text.slice(0, 60))}`;
      return { path, line: start.line + 1, column: start.column + 1, severity: 'error' as const, message, source: 'syntax' };
    });
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

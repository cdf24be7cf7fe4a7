// Outlines of all sources of a workspace that a grammar can read, one after the other.

import { createHash } from 'node:crypto';
import { throwIfAborted } from '#base/abort.ts';
import type { SyntaxEngine } from '#core/skills/rules/engine.ts';
import { languageOf } from '#core/skills/rules/languages.ts';
import type { SkillContext } from '#core/skills/skill.ts';
import { nextTurn } from '#core/skills/source/nextTurn.ts';
import { readSources, type Skipped, type Source } from '#core/skills/source/readSources.ts';
import { type Outline, outlineOf } from '#core/skills/structure/outline.ts';

/** A larger file would hold up the host for more than a moment; it is counted as skipped. */
const MAX_BYTES = 400 * 1024;

export interface Outlined {
  readonly source: Source;
  readonly outline: Outline;
}

export interface OutlineReader {
  /** In path order. Ends with AbortError on abort. */
  outlines(): AsyncGenerator<Outlined>;
  /** Complete once `outlines` has ended. */
  readonly skipped: Skipped;
}

export function readOutlines(
  engine: SyntaxEngine,
  context: Pick<SkillContext, 'files' | 'signal' | 'progress'>,
  options: { readonly paths?: readonly string[] | null | undefined; readonly accept?: (path: string) => boolean } = {},
): OutlineReader {
  const accept = (path: string): boolean => languageOf(path) !== null && (options.accept?.(path) ?? true);
  const reader = readSources(context, { paths: options.paths, maxBytes: MAX_BYTES, accept });
  return {
    skipped: reader.skipped,
    async *outlines() {
      for await (const source of reader.sources()) {
        const outline = await outlineText(engine, source.path, source.text);
        if (outline !== null) yield { source, outline };
        await nextTurn();
        throwIfAborted(context.signal);
      }
    },
  };
}

/** Several skills of one workflow ask for the same files: an outline is kept while its engine is, by what it was read from. */
const KEPT = 5_000;
const kept = new WeakMap<SyntaxEngine, Map<string, Outline>>();

/** Null for a file that no grammar reads. */
export async function outlineText(engine: SyntaxEngine, path: string, text: string): Promise<Outline | null> {
  const language = languageOf(path);
  if (language === null) return null;
  const known = kept.get(engine) ?? new Map<string, Outline>();
  kept.set(engine, known);
  const key = `${language} ${createHash('sha256').update(text).digest('base64')}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  await engine.load([language]);
  const outline = engine.withNodes(language, text, (root) => outlineOf(root, language));
  const oldest = known.keys().next();
  if (known.size >= KEPT && oldest.done !== true) known.delete(oldest.value);
  known.set(key, outline);
  return outline;
}

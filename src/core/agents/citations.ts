// Checks what a model cites against the files as they are. What does not hold is marked, never dropped.

import type { Json, JsonObject } from '#base/json.ts';
import { type Citation, citationSchema } from '#protocol/finding.ts';
import { isAppError } from '#base/errors.ts';

export interface CitationCheck {
  readonly checked: number;
  readonly verified: number;
}

export interface CheckedCitations {
  readonly value: JsonObject;
  readonly check: CitationCheck;
}

/** Lines around the cited one in which the excerpt may stand: models miscount by a line or two. */
const TOLERANCE = 3;

/**
 * The same value with `verified` set on every citation in a list named `citations`, at any depth. `readText` gives a
 * file's text, or throws an AppError when there is none to read. A citation whose excerpt stands a few lines off is
 * moved to where it stands.
 */
export async function checkCitations(value: JsonObject, readText: (path: string) => Promise<string>): Promise<CheckedCitations> {
  const check = { checked: 0, verified: 0 };
  const texts = new Map<string, Promise<readonly string[] | null>>();
  const linesOf = (path: string): Promise<readonly string[] | null> => {
    const known = texts.get(path) ?? readLines(path, readText);
    texts.set(path, known);
    return known;
  };
  const walk = async (node: Json, key: string): Promise<Json> => {
    if (Array.isArray(node)) return Promise.all(node.map((item: Json) => (key === 'citations' ? verify(item) : walk(item, ''))));
    if (node === null || typeof node !== 'object') return node;
    const entries = Object.entries(node as JsonObject).map(async ([name, item]) => [name, await walk(item, name)] as const);
    return Object.fromEntries(await Promise.all(entries));
  };
  const verify = async (item: Json): Promise<Json> => {
    const citation = citationSchema.parse(item);
    const line = placeOf(citation, await linesOf(citation.path));
    check.checked += 1;
    if (line === null) return { ...citation, verified: false } as JsonObject;
    check.verified += 1;
    const moved = line - citation.line;
    const end = citation.endLine === undefined ? {} : { endLine: citation.endLine + moved };
    return { ...citation, line, ...end, verified: true } as JsonObject;
  };
  return { value: (await walk(value, '')) as JsonObject, check };
}

async function readLines(path: string, readText: (path: string) => Promise<string>): Promise<readonly string[] | null> {
  try {
    return (await readText(path)).split(/\r?\n/);
  } catch (error) {
    if (isAppError(error)) return null; // Not there, not text, outside: the citation cannot be verified.
    throw error;
  }
}

/** The 1-based line where the citation holds; null when it does not. */
function placeOf(citation: Citation, lines: readonly string[] | null): number | null {
  if (lines === null || citation.line > lines.length || (citation.endLine ?? citation.line) > lines.length + TOLERANCE) return null;
  const wanted = squeeze(citation.excerpt ?? '');
  if (wanted === '') return citation.line;
  const span = (citation.excerpt ?? '').trim().split(/\r?\n/).length;
  for (let off = 0; off <= TOLERANCE; off += 1) {
    const start = [citation.line - off, citation.line + off].find(
      (line) => line >= 1 && squeeze(lines.slice(line - 1, line - 1 + span).join('')).includes(wanted),
    );
    if (start !== undefined) return start;
  }
  return null;
}

/** Text without white space and without marks of omission. */
function squeeze(text: string): string {
  return text.replaceAll(/\s+|…|\.\.\.$/g, '');
}

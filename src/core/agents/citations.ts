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
/** Characters, white space apart, of an excerpt that may be a part of its line. */
const MIN_PART = 3;

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
    const lines = (await linesOf(citation.path))?.length ?? line;
    const end = citation.endLine === undefined ? {} : { endLine: Math.min(lines, citation.endLine + line - citation.line) };
    return { ...citation, line, ...end, verified: true } as JsonObject;
  };
  return { value: (await walk(value, '')) as JsonObject, check };
}

async function readLines(path: string, readText: (path: string) => Promise<string>): Promise<readonly string[] | null> {
  try {
    const lines = (await readText(path.replace(/^\.\//, ''))).split(/\r?\n/);
    return lines.at(-1) === '' ? lines.slice(0, -1) : lines; // What follows the last line end is no line.
  } catch (error) {
    if (isAppError(error)) return null; // Not there, not text, outside: the citation cannot be verified.
    throw error;
  }
}

/** The 1-based line where the citation holds; null when it does not. */
function placeOf(citation: Citation, lines: readonly string[] | null): number | null {
  const { line, endLine = line, excerpt } = citation;
  if (lines === null || endLine < line) return null;
  if (excerpt === undefined) return endLine <= lines.length ? line : null;
  const wanted = squeeze(excerpt);
  if (wanted === '' || Math.max(line, endLine) > lines.length + TOLERANCE) return null;
  const span = excerpt.trim().split(/\r?\n/).length;
  for (let off = 0; off <= TOLERANCE; off += 1) {
    const start = [line - off, line + off].find((at) => at >= 1 && holds(squeeze(lines.slice(at - 1, at - 1 + span).join('')), wanted));
    if (start !== undefined) return start;
  }
  return null;
}

/** A few letters stand in any line: they have to be all of it. */
function holds(there: string, wanted: string): boolean {
  return wanted.length < MIN_PART ? there === wanted : there.includes(wanted);
}

/** Text without white space and without marks of omission. */
function squeeze(text: string): string {
  return text.replaceAll(/\s+|…|\.\.\.$/g, '');
}

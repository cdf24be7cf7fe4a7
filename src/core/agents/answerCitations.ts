// Checks what an answer in words refers to: `path:line` and ids of records. What cannot be verified is marked where it stands.

import { isAppError } from '#base/errors.ts';
import type { CitationCheck } from '#core/agents/citations.ts';

export interface AnswerPorts {
  /** Throws an AppError when there is no such text. */
  readonly readText: (path: string) => Promise<string>;
  /** Whether there is a record with this id: a run, a proposal. */
  readonly hasRecord: (id: string) => Promise<boolean>;
}

export const UNVERIFIED = ' [unverified]';

/** A file's name with an ending, not part of an address; folders may be in brackets (`app/[id]/`, `app/(shop)/`). */
const FILE = /(?<![\w/.:@\])~+-])(?:\.\/)?((?:(?:[\w@.+~-]|\([\w-]+\)|\[[\w.-]+\])+\/)*[\w@+-][\w@.+-]*\.[A-Za-z]\w{0,9})/;
/** `:12`, `:3-9`, `:12:5` (a column), `#L12`, `#L3-L9`. */
const LINES = /(?::(\d{1,7})(?:[-–](\d{1,7})|:\d{1,5})?|#L(\d{1,7})(?:-L?(\d{1,7}))?)(?![\w:])/;
const PLACES = new RegExp(FILE.source + LINES.source, 'g');
/** Endings by which a bare name is a file and no host (`example.org:443`). */
const SOURCES =
  /\.(?:[cm]?[jt]sx?|py|go|java|kt|rb|php|cs|cpp|[ch]|hpp|swift|scala|json|ya?ml|toml|md|css|scss|html|vue|svelte|sql|xml|gradle)$/;
/** Those that are spoken of with a version: `node.js:20`. */
const PRODUCTS = /^(?:node|next|nuxt|vue|react|three|d3|ember|express|chart)\.js$/i;
const RECORDS = /\b(?:run|prp)_[0-9a-zA-Z]{6,}\b/g;

interface Reference {
  /** Where it ends in the text. */
  readonly end: number;
  readonly holds: boolean;
}

/** A bare name that is neither a file nor ends like one (`example.org:443`) is no reference, and nothing is said about it. */
export async function checkAnswer(text: string, ports: AnswerPorts): Promise<{ readonly text: string; readonly check: CitationCheck }> {
  const files = new Map<string, Promise<number | null>>();
  const linesOf = (path: string): Promise<number | null> => {
    const known = files.get(path) ?? countLines(path, ports.readText);
    files.set(path, known);
    return known;
  };
  const places = [...text.matchAll(PLACES)].map(async (found): Promise<Reference | null> => {
    const { 0: whole, 1: path = '', index } = found;
    const [from, to] = found[2] === undefined ? [found[4], found[5]] : [found[2], found[3]];
    const lines = await linesOf(path);
    if (lines === null && !path.includes('/') && (!SOURCES.test(path) || PRODUCTS.test(path))) return null;
    const [first, last] = [Number(from), Number(to ?? from)];
    return { end: index + whole.length, holds: lines !== null && first >= 1 && first <= last && last <= lines };
  });
  const records = [...text.matchAll(RECORDS)].map(async ({ 0: id, index }): Promise<Reference> => {
    return { end: index + id.length, holds: await ports.hasRecord(id) };
  });
  const references = (await Promise.all([...places, ...records])).filter((reference) => reference !== null);
  const wrong = references.filter(({ holds }) => !holds).toSorted((a, b) => b.end - a.end);
  const marked = wrong.reduce((before, { end }) => insertMark(before, end), text);
  return { text: marked, check: { checked: references.length, verified: references.length - wrong.length } };
}

/** Behind a closing back-tick, so that code stays code. */
function insertMark(text: string, end: number): string {
  const at = text[end] === '`' ? end + 1 : end;
  return text.slice(0, at) + UNVERIFIED + text.slice(at);
}

async function countLines(path: string, readText: AnswerPorts['readText']): Promise<number | null> {
  try {
    const text = await readText(path);
    return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  } catch (error) {
    if (isAppError(error)) return null; // Not there, not text, withheld, outside: it cannot be verified.
    throw error;
  }
}

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

/** A file's name with an ending and a line, not part of an address; `src/a.ts:12`, `a.ts:3-9`. */
const PLACES = /(?<![\w/.:@-])((?:[\w@.+-]+\/)*[\w@+-][\w@.+-]*\.[A-Za-z]\w{0,9}):(\d{1,7})(?:[-–](\d{1,7}))?(?![\w:])/g;
const RECORDS = /\b(?:run|prp)_[0-9a-zA-Z]{6,}\b/g;

interface Reference {
  /** Where it ends in the text. */
  readonly end: number;
  readonly holds: boolean;
}

/** A bare name that is no file (`example.org:443`) is no reference, and nothing is said about it. */
export async function checkAnswer(text: string, ports: AnswerPorts): Promise<{ readonly text: string; readonly check: CitationCheck }> {
  const files = new Map<string, Promise<number | null>>();
  const linesOf = (path: string): Promise<number | null> => {
    const known = files.get(path) ?? countLines(path, ports.readText);
    files.set(path, known);
    return known;
  };
  const places = [...text.matchAll(PLACES)].map(async ({ 0: whole, 1: path = '', 2: from, 3: to, index }): Promise<Reference | null> => {
    const lines = await linesOf(path);
    if (lines === null && !path.includes('/')) return null;
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
    return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  } catch (error) {
    if (isAppError(error)) return null; // Not there, not text, withheld, outside: it cannot be verified.
    throw error;
  }
}

// Finding one row by the start of its id.

import { ambiguousPrefix } from '#core/store/errors.ts';

/** Enough to list candidates and to say that there are more than one. */
export const PREFIX_CANDIDATES = 10;

/** Sorts after every id that starts with `prefix`, in code point order: no pattern, so nothing needs escaping. */
export function prefixEnd(prefix: string): string {
  return `${prefix}\u{10FFFF}`;
}

/** `rows` begin with the prefix. An id that equals it wins; null when there is none; throws `<kind>.ambiguous` when several do. */
export function pickOne<T extends { readonly id: string }>(
  kind: 'run' | 'proposal' | 'deadLetter',
  prefix: string,
  rows: readonly T[],
): T | null {
  const exact = rows.find((row) => row.id === prefix);
  if (exact || rows.length <= 1) return exact ?? rows[0] ?? null;
  throw ambiguousPrefix(kind, { prefix, candidates: rows.map((row) => row.id) });
}

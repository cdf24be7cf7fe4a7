// Where things stand in the text of a migration file: mappings, their pairs and their lines. All offsets are of the whole text.

import { isMap, isScalar, isSeq, parseDocument, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';

export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Offsets of a node: `end` is behind its last character, comments and blanks not counted. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

export interface FeaturePlaces {
  /** The value of `features`; null when it is missing or holds no list. */
  readonly list: YAMLSeq | null;
  readonly root: YAMLMap | null;
  /** The feature of that id; null when there is none. */
  feature(id: string): YAMLMap | null;
}

/** Expects a text that the checker has passed. */
export function placesOf(text: string): FeaturePlaces {
  const { contents } = parseDocument(text, { prettyErrors: false });
  const root = isMap(contents) ? contents : null;
  const features: unknown = root?.get('features', true);
  const list = isSeq(features) ? features : null;
  return {
    root,
    list,
    feature: (id) => list?.items.find((item): item is YAMLMap => isMap(item) && item.get('id') === id) ?? null,
  };
}

export function pairOf(map: YAMLMap, key: string): Pair | null {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key) ?? null;
}

export function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

export function placeOf(node: unknown): Place | null {
  const range = (node as { range?: readonly [number, number, number] | null } | null)?.range;
  return range ? { start: range[0], end: range[1] } : null;
}

/** From the key to the end of the value. */
export function pairPlace(pair: Pair): Place | null {
  const key = placeOf(pair.key);
  const value = placeOf(pair.value);
  return key && { start: key.start, end: Math.max(key.end, value?.end ?? 0) };
}

/** Where the line of the offset begins, and where the next one does. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Behind the line break; the end of the text where there is none. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
}

/** A block's range may end behind its last line break: the line that holds its last character. */
export function endOfLines(text: string, place: Place): number {
  let last = place.end;
  while (last > place.start && /\s/.test(text[last - 1] ?? '')) last -= 1;
  return lineEnd(text, last);
}

export function eolOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

/** Column of the offset, as the blanks that indent a line to it. */
export function indentOf(text: string, offset: number): string {
  return ' '.repeat(offset - lineStart(text, offset));
}

export function applySplices(text: string, splices: readonly Splice[]): string {
  let result = text;
  for (const { start, end, text: put } of splices.toSorted((a, b) => b.start - a.start))
    result = result.slice(0, start) + put + result.slice(end);
  return result;
}

export type { Pair, YAMLMap, YAMLSeq };

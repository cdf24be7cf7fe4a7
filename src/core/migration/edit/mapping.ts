// Sets, adds and removes a key of one mapping by the smallest change of the text: everything else keeps its bytes.

import { isScalar } from 'yaml';
import {
  endOfLines,
  eolOf,
  indentOf,
  keyText,
  lineEnd,
  lineStart,
  type Pair,
  pairOf,
  pairPlace,
  placeOf,
  type Splice,
  type YAMLMap,
} from '#core/migration/edit/place.ts';
import { blockText, type PlainValue, scalarText } from '#core/migration/edit/scalars.ts';

/** New keys go where the schema has them, as far as the others are in that order. */
export const featureKeys = [
  'id',
  'name',
  'description',
  'phase',
  'priority',
  'status',
  'old',
  'estimatedHours',
  'actualHours',
  'addedDate',
  'startedDate',
  'completedDate',
  'dependencies',
  'notes',
] as const;
export type FeatureKey = (typeof featureKeys)[number];

export function setKey(text: string, map: YAMLMap, key: FeatureKey, value: PlainValue): readonly Splice[] {
  const pair = pairOf(map, key);
  const block = map.flow === true ? null : blockText(value, { indent: `${keyIndent(text, map)}  `, eol: eolOf(text) });
  if (pair === null) return insertKey(text, map, key, block ?? scalarText(value));
  const old = placeOf(pair.value);
  const style = isScalar(pair.value) ? pair.value.type : undefined;
  if (old === null || old.start === old.end || style?.startsWith('BLOCK'))
    return replaceValue(text, pair, ` ${block ?? scalarText(value)}`);
  // What stands behind the value on its line would become part of a block.
  const endsLine = text.slice(old.end, lineEnd(text, old.end)).trim() === '';
  return [{ ...old, text: (endsLine ? block : null) ?? scalarText(value, style) }];
}

/** All that stands behind the key's colon. A value of several lines gives its last line break back. */
export function replaceValue(text: string, pair: Pair, written: string): readonly Splice[] {
  const key = placeOf(pair.key);
  const value = placeOf(pair.value);
  if (key === null) return [];
  const start = text.indexOf(':', key.end) + 1;
  const end = Math.max(start, value?.end ?? 0);
  const ownsBreak = text.slice(start, end).endsWith('\n');
  return [{ start, end, text: ownsBreak ? written + eolOf(text) : written }];
}

/** `written` is the value as it shall stand behind `key: `; for a block value it begins with a line break. */
export function insertKey(text: string, map: YAMLMap, key: FeatureKey, written: string): readonly Splice[] {
  const anchor = anchorFor(map, key);
  const place = anchor && pairPlace(anchor);
  if (!place) return [];
  const line = written.startsWith('\n') || written.startsWith('\r') ? `${key}:${written}` : `${key}: ${written}`;
  if (map.flow === true) return [{ start: place.end, end: place.end, text: `, ${line}` }];
  const at = endOfLines(text, place);
  const eol = eolOf(text);
  // The last line of the file may have no line break.
  const before = at === text.length && !text.endsWith('\n') ? eol : '';
  return [{ start: at, end: at, text: `${before}${keyIndent(text, map)}${line}${before === '' ? eol : ''}` }];
}

export function removeKey(text: string, map: YAMLMap, key: FeatureKey): readonly Splice[] {
  const index = map.items.findIndex((pair) => keyText(pair) === key);
  const place = index === -1 ? null : pairPlace(map.items[index] as Pair);
  if (place === null) return [];
  const next = map.items[index + 1];
  const nextPlace = next === undefined ? null : pairPlace(next);
  const before = index === 0 ? null : pairPlace(map.items[index - 1] as Pair);
  if (map.flow === true) {
    if (before !== null) return [{ start: before.end, end: place.end, text: '' }];
    return nextPlace === null ? [] : [{ start: place.start, end: nextPlace.start, text: '' }];
  }
  // The first key of a list item shares its line with the dash: the next one moves up to it.
  if (index === 0 && nextPlace !== null) return [{ start: place.start, end: nextPlace.start, text: '' }];
  return [{ start: lineStart(text, place.start), end: endOfLines(text, place), text: '' }];
}

/** As the first key stands. */
export function keyIndent(text: string, map: YAMLMap): string {
  const [first] = map.items;
  const place = first === undefined ? null : placeOf(first.key);
  return place === null ? '' : indentOf(text, place.start);
}

/** The pair behind which the key goes: the last of those that come before it in order, else the first. */
function anchorFor(map: YAMLMap, key: FeatureKey): Pair | null {
  const before = new Set<string>(featureKeys.slice(0, featureKeys.indexOf(key)));
  return map.items.findLast((pair) => before.has(keyText(pair))) ?? map.items[0] ?? null;
}

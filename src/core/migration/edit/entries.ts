// Hours in the text: a total, or a list of entries to which one is added.

import { isScalar, isSeq } from 'yaml';
import { insertKey, keyIndent, replaceValue, setKey } from '#core/migration/edit/mapping.ts';
import { endOfLines, eolOf, indentOf, pairOf, placeOf, type Splice, type YAMLMap, type YAMLSeq } from '#core/migration/edit/place.ts';
import { flowMap } from '#core/migration/edit/scalars.ts';
import { roundHours } from '#core/migration/figures/hours.ts';
import type { HoursEntry } from '#protocol/migration.ts';

type NewEntry = Pick<HoursEntry, 'hours' | 'from'> & Partial<Omit<HoursEntry, 'hours' | 'from'>>;

/** Adds an entry; a single number becomes the first of the list, by hand. */
export function addEntry(text: string, map: YAMLMap, entry: NewEntry): readonly Splice[] {
  const pair = pairOf(map, 'actualHours');
  const added = entryText(entry);
  if (pair === null) return insertKey(text, map, 'actualHours', map.flow === true ? `[${added}]` : blockList(text, map, [added]));
  const { value } = pair;
  if (isSeq(value) && value.items.length > 0) return append(text, value, added);
  const before = isScalar(value) && typeof value.value === 'number' ? [entryText({ hours: value.value, from: 'hand' })] : [];
  const all = [...before, added];
  return replaceValue(text, pair, map.flow === true ? ` [${all.join(', ')}]` : blockList(text, map, all));
}

/** Sets the total: the number itself, or where entries are listed, one more by hand that makes up the difference. */
export function setTotal(
  text: string,
  map: YAMLMap,
  total: { readonly hours: number; readonly now: number; readonly date: string },
): readonly Splice[] {
  const pair = pairOf(map, 'actualHours');
  if (pair === null || !isSeq(pair.value)) return setKey(text, map, 'actualHours', total.hours);
  const difference = roundHours(total.hours - total.now);
  return difference === 0 ? [] : addEntry(text, map, { hours: difference, from: 'hand', date: total.date });
}

function entryText({ hours, from, date, run, since, note }: NewEntry): string {
  return flowMap({ hours, from, date: date ?? undefined, run: run ?? undefined, since: since ?? undefined, note: note ?? undefined });
}

function blockList(text: string, map: YAMLMap, entries: readonly string[]): string {
  const eol = eolOf(text);
  return entries.map((entry) => `${eol}${keyIndent(text, map)}  - ${entry}`).join('');
}

function append(text: string, list: YAMLSeq, added: string): readonly Splice[] {
  const last = placeOf(list.items.at(-1));
  const own = placeOf(list);
  if (last === null || own === null) return [];
  if (list.flow === true) return [{ start: last.end, end: last.end, text: `, ${added}` }];
  const at = endOfLines(text, last);
  const eol = eolOf(text);
  const before = at === text.length && !text.endsWith('\n') ? eol : '';
  return [{ start: at, end: at, text: `${before}${indentOf(text, own.start)}- ${added}${before === '' ? eol : ''}` }];
}

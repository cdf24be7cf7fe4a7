// A new feature in the text: behind the last one of its phase, written as the file writes the others.

import { isMap } from 'yaml';
import { replaceValue } from '#core/migration/edit/mapping.ts';
import { endOfLines, eolOf, type FeaturePlaces, indentOf, pairOf, placeOf, type Splice, type YAMLSeq } from '#core/migration/edit/place.ts';
import { blockText, type PlainValue, scalarText } from '#core/migration/edit/scalars.ts';

export type NewFeature = readonly (readonly [key: string, value: PlainValue])[];

export function addFeature(text: string, { root, list }: FeaturePlaces, feature: NewFeature): readonly Splice[] {
  const eol = eolOf(text);
  const place = placeOf(list);
  if (list === null || place === null || list.items.length === 0) {
    const pair = root && pairOf(root, 'features');
    const block = lines(feature, { indent: '  ', eol }).map((line) => eol + line);
    if (pair) return replaceValue(text, pair, block.join(''));
    const before = text.endsWith('\n') ? '' : eol;
    return [{ start: text.length, end: text.length, text: `${before}features:${block.join('')}${eol}` }];
  }
  const phase = feature.find(([key]) => key === 'phase')?.[1];
  const after = placeOf(list.items.findLast((item) => isMap(item) && item.get('phase') === phase) ?? list.items.at(-1));
  if (after === null) return [];
  if (list.flow === true) return [{ start: after.end, end: after.end, text: `, ${flowText(feature)}` }];
  const at = endOfLines(text, after);
  const before = at === text.length && !text.endsWith('\n') ? eol : '';
  const gap = hasGaps(text, list) ? eol : '';
  const written = lines(feature, { indent: indentOf(text, place.start), eol }).join(eol);
  return [{ start: at, end: at, text: `${before}${gap}${written}${before === '' ? eol : ''}` }];
}

function lines(feature: NewFeature, { indent, eol }: { readonly indent: string; readonly eol: string }): readonly string[] {
  return feature.map(([key, value], index) => {
    const written = blockText(value, { indent: `${indent}    `, eol }) ?? scalarText(value);
    return `${indent}${index === 0 ? '- ' : '  '}${key}: ${written}`;
  });
}

function flowText(feature: NewFeature): string {
  return `{ ${feature.map(([key, value]) => `${key}: ${scalarText(value)}`).join(', ')} }`;
}

/** The file leaves an empty line between its features. */
function hasGaps(text: string, list: YAMLSeq): boolean {
  const [first = null, second = null] = list.items.slice(-2).map((item) => placeOf(item));
  return first !== null && second !== null && /\n[ \t]*\r?\n/.test(text.slice(endOfLines(text, first) - 1, second.start));
}

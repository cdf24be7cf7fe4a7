// Where a secret really stands, and how to show its line without it.

import { maskValue } from '#core/skills/source/mask.ts';
import { clip, type Lines } from '#core/skills/source/lines.ts';

/** Offsets are UTF-16 code units; `values` are the texts that must never leave. */
export interface SecretPlace {
  readonly start: number;
  readonly end: number;
  readonly values: readonly string[];
}

interface Reported {
  readonly range: readonly number[];
  readonly data?: unknown;
}

const MIN_VALUE = 4;

/** The scanner's ranges are not always exact (a variable's name may be counted in), so the value itself is looked up. */
export function locateSecret(text: string, message: Reported): SecretPlace {
  const [from = 0, to = from] = message.range;
  const given = Object.values((message.data ?? {}) as { [key: string]: unknown }).filter(
    (value): value is string => typeof value === 'string' && value.length >= MIN_VALUE && text.includes(value),
  );
  const [value] = given.toSorted((a, b) => b.length - a.length);
  if (value === undefined) return { start: from, end: to, values: [text.slice(from, to)] };
  const near = text.indexOf(value, Math.max(0, from - value.length));
  const start = near === -1 ? text.indexOf(value) : near;
  return { start, end: start + value.length, values: given };
}

const KEY_HEADER = /^-----BEGIN [A-Z0-9 ]+-----/;

/** The first line of the secret, with every secret of the file masked in it, in whatever encoding of line breaks. */
export function maskedLine(text: string, lines: Lines, line: number, places: readonly SecretPlace[]): string {
  const start = lines.start(line);
  const end = start + lines.text(line).length;
  const touching = places.filter((place) => place.start < end && place.end > start).toSorted((a, b) => a.start - b.start || b.end - a.end);
  let masked = '';
  let at = start;
  for (const place of touching) {
    if (place.end <= at) continue;
    masked += text.slice(at, Math.max(at, place.start)) + (place.start >= at ? maskSecret(text.slice(place.start, place.end)) : '');
    at = Math.min(end, place.end);
  }
  masked += text.slice(at, end);
  const values = places
    .flatMap((place) => place.values.flatMap((value) => value.split(/\r?\n/)))
    .filter((value) => value.length >= MIN_VALUE);
  for (const value of values.toSorted((a, b) => b.length - a.length)) {
    if (!KEY_HEADER.test(value)) masked = masked.replaceAll(value, '********');
  }
  return clip(masked.trim());
}

function maskSecret(value: string): string {
  const header = KEY_HEADER.exec(value)?.[0];
  return header === undefined ? maskValue(value) : `${header}********`;
}

// Values as YAML text, on one line and safe in block and flow style.

import { load } from 'js-yaml';

export type PlainValue = string | number | readonly string[];
export type PlainMap = { readonly [key: string]: string | number | undefined };

/** `style`: how the value before it was quoted, which is kept where it can be. */
export function scalarText(value: PlainValue, style?: string): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return `[${value.map((item) => scalarText(item)).join(', ')}]`;
  if (style === 'QUOTE_SINGLE' && !/[\r\n]/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  return style !== 'QUOTE_DOUBLE' && isPlain(value) ? value : JSON.stringify(value);
}

/** A text of several lines as a block, each line indented; null where only quotes keep it as it is. */
export function blockText(value: PlainValue, { indent, eol }: { readonly indent: string; readonly eol: string }): string | null {
  if (typeof value !== 'string' || !value.includes('\n')) return null;
  const lines = value.split('\n').map((line) => (line === '' ? '' : indent + line));
  const written = ['|-', ...lines];
  return isSame(written.join('\n'), value) ? written.join(eol) : null;
}

/** Blanks at the edges and odd characters do not survive in a block. */
function isSame(written: string, value: string): boolean {
  try {
    return (load(`a: ${written}\n`) as { readonly a: unknown }).a === value;
  } catch {
    return false; // It cannot even be read: quotes it is.
  }
}

/** `{ hours: 2, from: hand }`; undefined values are left out. */
export function flowMap(map: PlainMap): string {
  const pairs = Object.entries(map).flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${scalarText(value)}`]));
  return `{ ${pairs.join(', ')} }`;
}

/** Needs no quotes, and is a text without them: not a number, `null`, `yes` or what an older YAML takes for a date. */
function isPlain(value: string): boolean {
  if (!/^[\p{L}\p{N}][\p{L}\p{N} _./()+-]*$/u.test(value) || value.endsWith(' ')) return false;
  return load(value) === value && !/^(?:yes|no|on|off|y|n)$/i.test(value);
}

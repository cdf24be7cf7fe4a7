// Text to plain values, fast: js-yaml or JSON.parse. What is wrong, or only suspicious, is left to the parser that knows
// positions (positions.ts): aliases, anchors, tags, duplicate keys.

import { load, YAMLException } from 'js-yaml';

export const MAX_FILE_BYTES = 262_144;
/** Collections inside collections. */
export const MAX_DEPTH = 40;

export type FileFormat = 'yaml' | 'json';

export type ParsedSource = { readonly kind: 'value'; readonly value: unknown } | Broken;

export interface Broken {
  readonly kind: 'broken';
  readonly reason: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  /** `tooDeep` for any parser; `certain`: no other parser knows better; `ask` the parser with positions. */
  readonly verdict: 'tooDeep' | 'certain' | 'ask';
  /** It was read, but holds what looks like an anchor: good unless the parser with positions objects. */
  readonly value?: unknown;
}

export function formatOf(file: string): FileFormat {
  return /\.json$/i.test(file) ? 'json' : 'yaml';
}

/** Never throws. */
export function parseFast(text: string, format: FileFormat): ParsedSource {
  return format === 'json' ? parseJson(text) : parseYaml(text);
}

/** An anchor where a value may start; `&&` of an expression is none. Aliases and unknown tags the fast parser refuses itself. */
const MAY_HOLD_ANCHOR = /(?:^|[\s[{,])&[^\s&,]/m;

function parseYaml(text: string): ParsedSource {
  try {
    const value = load(text, { maxDepth: MAX_DEPTH, maxAliases: 0 });
    if (MAY_HOLD_ANCHOR.test(text)) return { ...broken(''), value };
    return { kind: 'value', value };
  } catch (error) {
    if (!(error instanceof YAMLException)) return broken(error instanceof Error ? error.message : String(error));
    const verdict = error.reason.startsWith('nesting exceeded') ? 'tooDeep' : 'ask';
    const mark = error.mark;
    return { kind: 'broken', reason: error.reason, line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1, verdict };
  }
}

function parseJson(text: string): ParsedSource {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return brokenJson(text, error instanceof Error ? error.message : String(error));
  }
  const depth = depthOf(text);
  if (depth > MAX_DEPTH) return { ...broken(`nesting exceeded ${MAX_DEPTH} levels`), verdict: 'tooDeep' };
  // JSON.parse keeps the last of two equal keys silently: fewer keys than colons tell.
  if (countKeys(value) !== countKeysInText(text)) return broken('a key stands twice in the same object');
  return { kind: 'value', value };
}

function broken(reason: string): Broken {
  return { kind: 'broken', reason, line: 1, column: 1, verdict: 'ask' };
}

/** V8 says "… at position 12 (line 1 column 13)", or nothing when the text just ends. */
function brokenJson(text: string, message: string): ParsedSource {
  const found = /position (\d+)/.exec(message);
  const offset = Math.min(found ? Number(found[1]) : text.length, text.length);
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const reason = message.replace(/ in JSON at position.*$/, '').replace(/, ?"?\.{3}.*$|, ".*" is not valid JSON$/s, '');
  return { ...broken(reason), line, column: offset - before.lastIndexOf('\n'), verdict: 'certain' };
}

const JSON_STRING = /"(?:[^"\\]|\\.)*"(\s*:)?/g;

function countKeysInText(text: string): number {
  let count = 0;
  for (const match of text.matchAll(JSON_STRING)) if (match[1] !== undefined) count += 1;
  return count;
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const items: unknown[] = Array.isArray(value) ? value : Object.values(value);
  return items.reduce<number>((sum, item) => sum + countKeys(item), Array.isArray(value) ? 0 : items.length);
}

/** Deepest bracket outside strings; counted on the text because walking the value could itself overflow the stack. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const char of text.replace(JSON_STRING, '')) {
    if (char === '{' || char === '[') deepest = Math.max(deepest, (depth += 1));
    else if (char === '}' || char === ']') depth -= 1;
  }
  return deepest;
}

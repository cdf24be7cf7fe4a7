// Finds the line of a key in a JSON manifest, so that each finding points at what it is about.

import { isMap, isPair, isScalar, LineCounter, parseDocument, type YAMLMap } from 'yaml';
import type { Source } from '#core/skills/source/readSources.ts';

export interface JsonManifest {
  readonly source: Source;
  readonly value: { readonly [key: string]: unknown };
  /** 1-based line of the key at this path; 1 when it is not there. */
  lineOf(...path: readonly string[]): number;
}

/** Beyond this a positioned parse takes too long; no hand-written manifest comes near. */
const MAX_LENGTH = 262_144;

/** Null when the text is not one JSON object, or too large. */
export function readJsonManifest(source: Source): JsonManifest | null {
  const text = source.text.replace(/^\uFEFF/, ' ');
  if (text.length > MAX_LENGTH) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Invalid JSON: the package manager says so better than a guess could.
    return null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: false });
  return {
    source,
    value: value as JsonManifest['value'],
    lineOf(...path) {
      let node: unknown = document.contents;
      let line = 1;
      for (const key of path) {
        const pair: unknown = isMap(node) ? pairOf(node, key) : undefined;
        if (!isPair(pair) || !isScalar(pair.key)) return line;
        line = counter.linePos(pair.key.range?.[0] ?? 0).line;
        node = pair.value;
      }
      return line;
    },
  };
}

function pairOf(map: YAMLMap, key: string): unknown {
  return map.items.find((item) => isScalar(item.key) && item.key.value === key);
}

/** A field that should map names to texts; whatever else stands there is left out. */
export function textMap(value: unknown): ReadonlyMap<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map();
  return new Map(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

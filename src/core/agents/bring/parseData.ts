// Settings of other assistants: YAML or JSON, bounded, without aliases.

import { parse } from 'yaml';

const MAX_CHARS = 262_144;

/** Undefined when it cannot be read. JSON is YAML too. */
export function parseData(text: string): unknown {
  if (text.length > MAX_CHARS) return undefined;
  try {
    return parse(text.replace(/^\uFEFF/, ''), { maxAliasCount: 0, logLevel: 'silent' });
  } catch {
    return undefined; // The caller says that the file could not be read.
  }
}

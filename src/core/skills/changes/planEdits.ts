// Which fixes can be made together in one file, and why the others cannot.

import type { Finding, Fix } from '#protocol/finding.ts';
import { decodeSource, hashBytes, type Source } from '#core/skills/source/readSources.ts';

export interface Fixable {
  readonly finding: Finding;
  readonly fix: Fix;
}
export interface NotFixed {
  readonly id: string;
  readonly reason: string;
}
export interface FilePlan {
  readonly source: Source;
  readonly baseHash: string;
  /** In order of their place; none overlaps another. */
  readonly edits: readonly Fixable[];
}

/** `bytes` is null for a file that is gone. Fixes made for other bytes than these are refused, as are overlapping ones after the first. */
export function planFile(
  path: string,
  bytes: Uint8Array | null,
  wanted: readonly Fixable[],
): { plan: FilePlan | null; refused: readonly NotFixed[] } {
  const refuse = (one: Fixable, reason: string): NotFixed => ({ id: one.finding.id, reason });
  const source = bytes === null ? null : decodeSource(path, bytes);
  if (bytes === null || source === null || typeof source === 'string') {
    const reason = source === null ? 'The file is gone.' : 'The file is not UTF-8 text.';
    return { plan: null, refused: wanted.map((one) => refuse(one, reason)) };
  }
  const baseHash = hashBytes(bytes);
  const refused: NotFixed[] = [];
  const edits: Fixable[] = [];
  for (const one of wanted.toSorted(byPlace)) {
    const reason = problemWith(one.fix, { baseHash, length: source.text.length, before: edits.at(-1) });
    if (reason === null) edits.push(one);
    else refused.push(refuse(one, reason));
  }
  return { plan: edits.length === 0 ? null : { source, baseHash, edits }, refused };
}

function byPlace(a: Fixable, b: Fixable): number {
  return a.fix.start - b.fix.start || b.fix.end - a.fix.end;
}

function problemWith(
  fix: Fix,
  file: { readonly baseHash: string; readonly length: number; readonly before: Fixable | undefined },
): string | null {
  if (fix.baseHash !== file.baseHash) return 'The file has changed since it was read.';
  if (fix.start > fix.end || fix.end > file.length) return 'The fix points outside the file.';
  const { before } = file;
  if (before === undefined) return null;
  const overlaps = fix.start < before.fix.end || fix.start === before.fix.start;
  return overlaps ? `It overlaps the fix of ${before.finding.id}.` : null;
}

/** The file's text with all its edits made. */
export function applyEdits(text: string, edits: readonly Fixable[]): string {
  return edits.reduceRight((result, { fix }) => result.slice(0, fix.start) + fix.newText + result.slice(fix.end), text);
}

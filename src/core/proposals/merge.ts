// Three-way merge of lines. Myers finds the regions that either side touched; node-diff3 merges those both touched,
// so its quadratic search sees a few lines instead of the whole file.

import { diff3MergeRegions } from 'node-diff3';
import { splitLines } from '#core/proposals/content.ts';
import { diffEdits, type Edit } from '#core/proposals/hunks.ts';

interface MergeConflict {
  /** 1-based line of the text on disk. */
  readonly line: number;
  readonly disk: readonly string[];
  readonly wanted: readonly string[];
}

export type MergeResult =
  | { readonly kind: 'clean'; readonly text: string }
  | { readonly kind: 'conflict'; readonly conflicts: readonly MergeConflict[] }
  | { readonly kind: 'tooLarge' };

/** Lines of one region beyond which the merge is refused: about a second of work. */
const MAX_REGION_LINES = 20_000;
const MAX_SHOWN_LINES = 40;

interface Region {
  readonly start: number;
  end: number;
  touchedByDisk: boolean;
  touchedByWanted: boolean;
}

/**
 * What both `disk` and `wanted` made of `ancestor`. Changes that touch or overlap conflict, unless they are the same.
 * A clean result holds every line either side added and lacks every line either side removed.
 */
export function mergeTexts(ancestor: string, disk: string, wanted: string): MergeResult {
  if (disk === ancestor || disk === wanted) return { kind: 'clean', text: wanted };
  if (wanted === ancestor) return { kind: 'clean', text: disk };
  const old = splitLines(ancestor);
  const ours = follow(old, splitLines(disk));
  const theirs = follow(old, splitLines(wanted));
  const parts: string[] = [];
  const conflicts: MergeConflict[] = [];
  let at = 0;
  for (const region of regionsOf(ours.edits, theirs.edits)) {
    parts.push(old.slice(at, region.start).join(''));
    at = region.end;
    const mine = ours.slice(region.start, region.end);
    const other = theirs.slice(region.start, region.end);
    if (!region.touchedByDisk) parts.push(other.lines.join(''));
    else if (!region.touchedByWanted) parts.push(mine.lines.join(''));
    else {
      const piece = old.slice(region.start, region.end);
      if (Math.max(piece.length, mine.lines.length, other.lines.length) > MAX_REGION_LINES) return { kind: 'tooLarge' };
      mergeRegion(piece, mine, other.lines, parts, conflicts);
    }
  }
  parts.push(old.slice(at).join(''));
  return conflicts.length > 0 ? { kind: 'conflict', conflicts } : { kind: 'clean', text: parts.join('') };
}

function mergeRegion(
  old: readonly string[],
  mine: { readonly start: number; readonly lines: readonly string[] },
  other: readonly string[],
  parts: string[],
  conflicts: MergeConflict[],
): void {
  for (const region of diff3MergeRegions([...mine.lines], [...old], [...other])) {
    if (region.stable) parts.push(region.bufferContent.join(''));
    else if (region.aContent.join('') === region.bContent.join('')) parts.push(region.aContent.join(''));
    else {
      conflicts.push({
        line: mine.start + region.aStart + 1,
        disk: region.aContent.slice(0, MAX_SHOWN_LINES),
        wanted: region.bContent.slice(0, MAX_SHOWN_LINES),
      });
    }
  }
}

/** One side of the merge: its edits, and where a stretch of the ancestor that cuts no edit lies in it. */
function follow(
  old: readonly string[],
  lines: readonly string[],
): {
  readonly edits: readonly Edit[];
  slice(start: number, end: number): { readonly start: number; readonly lines: readonly string[] };
} {
  const edits = diffEdits(old, lines);
  let next = 0;
  let shift = 0;
  return {
    edits,
    /** Stretches must be asked for in order. */
    slice(start, end) {
      const from = start + shift;
      for (let edit = edits[next]; edit && edit.oldEnd <= end; edit = edits[next]) {
        shift += edit.newEnd - edit.newStart - (edit.oldEnd - edit.oldStart);
        next += 1;
      }
      return { start: from, lines: lines.slice(from, end + shift) };
    },
  };
}

/** Stretches of the ancestor touched by either side; two edits with no untouched line between them share one. */
function regionsOf(disk: readonly Edit[], wanted: readonly Edit[]): readonly Region[] {
  const all = [...disk.map((edit) => ({ edit, byDisk: true })), ...wanted.map((edit) => ({ edit, byDisk: false }))];
  all.sort((a, b) => a.edit.oldStart - b.edit.oldStart);
  const regions: Region[] = [];
  for (const { edit, byDisk } of all) {
    let region = regions.at(-1);
    if (!region || edit.oldStart > region.end) {
      region = { start: edit.oldStart, end: edit.oldEnd, touchedByDisk: false, touchedByWanted: false };
      regions.push(region);
    }
    region.end = Math.max(region.end, edit.oldEnd);
    if (byDisk) region.touchedByDisk = true;
    else region.touchedByWanted = true;
  }
  return regions;
}

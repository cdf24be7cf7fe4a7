// Two texts → edits → hunks, and the way back: a base with some of its hunks applied.

import { diffArrays } from 'diff';

/** Lines `[oldStart, oldEnd)` of the base become lines `[newStart, newEnd)` of the new text; 0-based. */
export interface Edit {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/** Edits near each other with their context, decided together. The same ranges as an edit, context included. */
export interface Hunk extends Edit {
  readonly edits: readonly Edit[];
}

/** Lines of context on each side, as in Git. */
const CONTEXT_LINES = 3;
/** A rewrite beyond these is one edit: a finer diff would take long and help nobody. */
const MAX_EDITS = 5_000;
const MAX_DIFF_MS = 1_000;

/** The edits that turn `base` into `next`, in order, never touching one another. Empty when they are equal. */
export function diffEdits(base: readonly string[], next: readonly string[]): readonly Edit[] {
  let head = 0;
  const shorter = Math.min(base.length, next.length);
  while (head < shorter && base[head] === next[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && base[base.length - 1 - tail] === next[next.length - 1 - tail]) tail += 1;
  const whole: Edit = { oldStart: head, oldEnd: base.length - tail, newStart: head, newEnd: next.length - tail };
  if (whole.oldStart === whole.oldEnd && whole.newStart === whole.newEnd) return [];
  if (whole.oldStart === whole.oldEnd || whole.newStart === whole.newEnd) return [whole];
  return diffMiddle(base.slice(whole.oldStart, whole.oldEnd), next.slice(whole.newStart, whole.newEnd), head) ?? [whole];
}

function diffMiddle(base: string[], next: string[], offset: number): readonly Edit[] | undefined {
  const changes = diffArrays(base, next, { maxEditLength: MAX_EDITS, timeout: MAX_DIFF_MS });
  if (changes === undefined) return undefined;
  const edits: Edit[] = [];
  let oldAt = offset;
  let newAt = offset;
  let open: { oldStart: number; newStart: number } | null = null;
  const close = (): void => {
    if (open !== null) edits.push({ ...open, oldEnd: oldAt, newEnd: newAt });
    open = null;
  };
  for (const change of changes) {
    if (!change.added && !change.removed) close();
    else open ??= { oldStart: oldAt, newStart: newAt };
    if (!change.added) oldAt += change.count;
    if (!change.removed) newAt += change.count;
  }
  close();
  return edits;
}

/** Groups edits whose contexts would overlap; hunks are disjoint and in order. */
export function groupHunks(edits: readonly Edit[], baseLines: number): readonly Hunk[] {
  const groups: Edit[][] = [];
  for (const edit of edits) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group && last && edit.oldStart - last.oldEnd <= 2 * CONTEXT_LINES) group.push(edit);
    else groups.push([edit]);
  }
  return groups.map((group) => {
    const first = group[0] as Edit;
    const last = group.at(-1) as Edit;
    const before = Math.min(CONTEXT_LINES, first.oldStart);
    const after = Math.min(CONTEXT_LINES, baseLines - last.oldEnd);
    return {
      oldStart: first.oldStart - before,
      oldEnd: last.oldEnd + after,
      newStart: first.newStart - before,
      newEnd: last.newEnd + after,
      edits: group,
    };
  });
}

/** `base` with `hunks` (disjoint, in order) replaced by their lines of `next`. */
export function applyHunks(base: readonly string[], next: readonly string[], hunks: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const hunk of hunks) {
    parts.push(base.slice(at, hunk.oldStart).join(''), next.slice(hunk.newStart, hunk.newEnd).join(''));
    at = hunk.oldEnd;
  }
  parts.push(base.slice(at).join(''));
  return parts.join('');
}

/** The body of a unified diff: ' ', '-' and '+' lines, and Git's note where the last line has no newline. */
export function hunkLines(base: readonly string[], next: readonly string[], hunk: Hunk): readonly string[] {
  const lines: string[] = [];
  const put = (sign: string, source: readonly string[], start: number, end: number): void => {
    for (const line of source.slice(start, end)) {
      if (line.endsWith('\n')) lines.push(sign + line.slice(0, -1));
      else lines.push(sign + line, '\\ No newline at end of file');
    }
  };
  let at = hunk.oldStart;
  for (const edit of hunk.edits) {
    put(' ', base, at, edit.oldStart);
    put('-', base, edit.oldStart, edit.oldEnd);
    put('+', next, edit.newStart, edit.newEnd);
    at = edit.oldEnd;
  }
  put(' ', base, at, hunk.oldEnd);
  return lines;
}

// New hunks after a text of a proposal has changed: what was decided, said and cited stays with the lines it was about.

import { splitLines } from '#core/proposals/content.ts';
import { diffEdits, groupHunks, type Edit } from '#core/proposals/hunks.ts';
import type { FileTexts } from '#core/proposals/placement.ts';
import type { StoredFile, StoredHunk } from '#core/proposals/record.ts';

export interface Recut {
  readonly hunks: readonly StoredHunk[];
  /** Where the hunks that are decided stand now, by where they stood. */
  readonly moved: ReadonlyMap<number, number>;
}

type Lines = readonly string[];

/**
 * The hunks of `file` between the texts `now`, which were `was`. A number: that hunk (0-based) is decided and would become
 * another one. `agent`: the result as the agent wrote it; hunks that are not its own are marked as amended.
 */
export function recut(
  file: StoredFile,
  texts: { readonly was: FileTexts; readonly now: FileTexts; readonly agent: string },
): Recut | number {
  const [wasBase, wasNext] = [splitLines(texts.was.base ?? ''), splitLines(texts.was.next ?? '')];
  const [base, next, agent] = [splitLines(texts.now.base ?? ''), splitLines(texts.now.next ?? ''), splitLines(texts.agent)];
  const shift = shiftBy(diffEdits(wasBase, base));
  const fresh = cut(file, base, next);
  const own = new Set(cut(file, base, agent).map((hunk) => nameOf(hunk, base, agent, still)));
  const places = new Map(fresh.map((hunk, at) => [nameOf(hunk, base, next, still), at]));
  const moved = new Map<number, number>();
  for (const [at, hunk] of file.hunks.entries()) {
    const place = places.get(nameOf(hunk, wasBase, wasNext, shift));
    if (place !== undefined) moved.set(at, place);
    else if (hunk.status !== 'pending') return at;
  }
  const origins = new Map([...moved].map(([from, to]) => [to, file.hunks[from]]));
  const hunks = fresh.map((hunk, at): StoredHunk => {
    const origin = origins.get(at);
    const amended = !own.has(nameOf(hunk, base, next, still));
    if (origin) return { ...origin, ...hunk, edits: [...hunk.edits], amended };
    const near = file.hunks.filter((one) => one.what === 'lines' && meets(one, hunk, shift));
    const reason = [...new Set(near.map((one) => one.reason))].join('; ');
    return { ...hunk, edits: [...hunk.edits], status: 'pending', reason, citations: near.flatMap((one) => one.citations), amended };
  });
  return { hunks, moved };
}

const still = (): number => 0;

type Cut = Pick<StoredHunk, 'what' | 'oldStart' | 'oldEnd' | 'newStart' | 'newEnd'> & { readonly edits: readonly Edit[] };

/** As a draft is cut: a rename's name first, and one hunk for a file that comes or goes empty. */
function cut({ kind }: StoredFile, base: Lines, next: Lines): readonly Cut[] {
  const lines = groupHunks(diffEdits(base, next), base.length).map((hunk) => ({ ...hunk, what: 'lines' as const }));
  const whole = { oldStart: 0, oldEnd: 0, newStart: 0, newEnd: 0, edits: [] };
  if (kind === 'rename') return [{ ...whole, what: 'name' }, ...lines];
  const comesOrGoes = kind === 'create' || kind === 'delete';
  return comesOrGoes && lines.length === 0 ? [{ ...whole, what: 'lines' }] : lines;
}

/** What a hunk does and where, context left out: two hunks of one name are one hunk. */
function nameOf(hunk: Cut, base: Lines, next: Lines, shift: (line: number) => number): string {
  const edits = hunk.edits.map((edit) => [
    edit.oldStart + shift(edit.oldStart),
    base.slice(edit.oldStart, edit.oldEnd).join(''),
    next.slice(edit.newStart, edit.newEnd).join(''),
  ]);
  return JSON.stringify([hunk.what, edits]);
}

/** How far a line of the old base is moved by the edits before it. */
function shiftBy(edits: readonly Edit[]): (line: number) => number {
  return (line) => {
    let shift = 0;
    for (const edit of edits) {
      if (edit.oldEnd > line) break;
      shift += edit.newEnd - edit.newStart - (edit.oldEnd - edit.oldStart);
    }
    return shift;
  };
}

function meets(was: StoredHunk, now: Cut, shift: (line: number) => number): boolean {
  const start = was.oldStart + shift(was.oldStart);
  const end = was.oldEnd + shift(was.oldEnd);
  return start <= now.oldEnd && now.oldStart <= end;
}

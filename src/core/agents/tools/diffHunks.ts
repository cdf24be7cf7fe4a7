// Reads a unified diff as a model writes one: the lines count, the numbers in its headers are only hints.

import { badDiffError } from '#core/agents/tools/toolErrors.ts';

export interface DiffHunk {
  /** 1-based line where the old text begins, as the header says; null when it says nothing. */
  readonly oldStart: number | null;
  readonly oldText: string;
  readonly newText: string;
}

/** The hunks of one file. Throws `edit.badDiff`. */
export function parseHunks(diff: string): readonly DiffHunk[] {
  const hunks: { start: number | null; lines: string[] }[] = [];
  for (const line of diff.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n')) {
    if (line.startsWith('@@')) hunks.push({ start: startOf(line), lines: [] });
    else if (hunks.length > 0) hunks.at(-1)?.lines.push(line);
    else if (!/^(?:diff |index |--- |\+\+\+ |new file|deleted file|old mode|new mode|similarity|rename )/.test(line) && line !== '')
      throw badDiffError(`a line stands before the first @@: ${JSON.stringify(line.slice(0, 80))}`);
  }
  if (hunks.length === 0) throw badDiffError('it has no @@ line');
  return hunks.map(({ start, lines }) => hunkOf(start, lines));
}

function startOf(header: string): number | null {
  const match = /^@@+ -(\d+)/.exec(header);
  return match === null ? null : Number(match[1]);
}

function hunkOf(oldStart: number | null, lines: readonly string[]): DiffHunk {
  const [oldLines, newLines]: [string[], string[]] = [[], []];
  let [oldOpen, newOpen] = [false, false];
  let before = ' ';
  for (const line of lines) {
    const mark = line === '' ? ' ' : line.charAt(0);
    const text = line.slice(1);
    if (mark === '\\') {
      if (before !== '+') oldOpen = true;
      if (before !== '-') newOpen = true;
      continue;
    }
    if (mark !== ' ' && mark !== '-' && mark !== '+')
      throw badDiffError(`a line begins with none of " ", "-" and "+": ${JSON.stringify(line.slice(0, 80))}`);
    if (mark !== '+') oldLines.push(text);
    if (mark !== '-') newLines.push(text);
    before = mark;
  }
  if (oldLines.length === 0 && newLines.length === 0) throw badDiffError('a hunk is empty');
  return { oldStart, oldText: joined(oldLines, oldOpen), newText: joined(newLines, newOpen) };
}

/** `open`: the last line has no line end. */
function joined(lines: readonly string[], open: boolean): string {
  return lines.length === 0 ? '' : lines.join('\n') + (open ? '' : '\n');
}

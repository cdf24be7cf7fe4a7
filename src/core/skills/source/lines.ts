// Where an offset stands: line starts of a text, excerpts for citations.

import type { Citation } from '#protocol/finding.ts';
import { maskTokens } from '#core/skills/source/mask.ts';

const MAX_EXCERPT = 400;
const MAX_EXCERPT_LINES = 6;

/** Lines and columns are 1-based; offsets are UTF-16 code units. `\n` ends a line, so CRLF and no final newline both work. */
export interface Lines {
  readonly count: number;
  /** Offset of the first character of `line`. */
  start(line: number): number;
  /** Text of `line` without its line break. */
  text(line: number): string;
  position(offset: number): { readonly line: number; readonly column: number };
}

export function indexLines(text: string): Lines {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  if (starts.length > 1 && starts.at(-1) === text.length) starts.pop();
  const start = (line: number): number => starts[line - 1] ?? text.length;
  return {
    count: starts.length,
    start,
    text: (line) => text.slice(start(line), start(line + 1)).replace(/\r?\n$/, ''),
    position(offset) {
      const line = countUpTo(starts, offset);
      return { line, column: offset - start(line) + 1 };
    },
  };
}

/** How many of the ascending `starts` are not after `offset`. */
function countUpTo(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return Math.max(1, low);
}

/** Cites the lines that [start, end) touches; the excerpt holds whole lines, at most six of them and 400 characters, tokens masked. */
export function cite(source: { readonly path: string; readonly lines: Lines }, start: number, end: number): Citation {
  const from = source.lines.position(start);
  const to = source.lines.position(Math.max(start, end - 1));
  const excerpt = excerptOf(source.lines, from.line, to.line);
  return {
    path: source.path,
    line: from.line,
    ...(to.line > from.line ? { endLine: to.line } : {}),
    column: from.column,
    ...(excerpt === '' ? {} : { excerpt }),
  };
}

/** Cites one whole line. */
export function citeLine(source: { readonly path: string; readonly lines: Lines }, line: number, endLine = line): Citation {
  const excerpt = excerptOf(source.lines, line, endLine);
  return { path: source.path, line, ...(endLine > line ? { endLine } : {}), ...(excerpt === '' ? {} : { excerpt }) };
}

function excerptOf(lines: Lines, first: number, last: number): string {
  const shown: string[] = [];
  for (let line = first; line <= last && shown.length < MAX_EXCERPT_LINES; line += 1) shown.push(lines.text(line).trimEnd());
  return clip(maskTokens(dedent(shown)));
}

function dedent(shown: readonly string[]): string {
  const indents = shown.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const common = indents.length === 0 ? 0 : Math.min(...indents);
  return shown.map((line) => line.slice(common)).join('\n');
}

/** At most 400 characters, never half a surrogate pair. */
export function clip(text: string, max = MAX_EXCERPT): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - 1);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

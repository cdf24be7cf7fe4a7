// Turns a match and a rule's fix into the smallest edit of the text.

import type { SgNode } from '@ast-grep/wasm';
import type { RuleFix } from '#core/skills/rules/definition.ts';

/** Offsets are UTF-16 code units of the parsed text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** Null when the fix does not apply to this match (its regular expression finds nothing, or nothing would change). */
export function editFor(fix: RuleFix, match: SgNode, text: string): Edit | null {
  const range = match.range();
  const [start, end] = [range.start.index, range.end.index];
  if (fix.kind === 'remove') return removeStatement(text, start, end);
  const newText =
    fix.kind === 'template' ? fillTemplate(fix.template, match, text) : text.slice(start, end).replace(new RegExp(fix.regex), fix.by);
  return shrink(text, { start, end, newText });
}

/** `$NAME` and `$$$NAMES` become the matched source, whatever stands between several matched nodes included. */
export function fillTemplate(template: string, match: SgNode, text: string): string {
  return template.replace(/\$\$\$([A-Z_]+)|\$([A-Z_]+)/g, (whole, many: string | undefined, one: string | undefined) => {
    if (one !== undefined) return match.getMatch(one)?.text() ?? whole;
    const nodes = match.getMultipleMatches(many ?? '');
    const [first, last] = [nodes[0], nodes.at(-1)];
    return first && last ? text.slice(first.range().start.index, last.range().end.index) : '';
  });
}

/** Leaves out what old and new text share at both ends, so that neighbouring fixes do not overlap. */
function shrink(text: string, edit: Edit): Edit | null {
  const old = text.slice(edit.start, edit.end);
  if (old === edit.newText) return null;
  const limit = Math.min(old.length, edit.newText.length);
  let head = 0;
  while (head < limit && old.charCodeAt(head) === edit.newText.charCodeAt(head)) head += 1;
  let tail = 0;
  while (tail < limit - head && old.charCodeAt(old.length - 1 - tail) === edit.newText.charCodeAt(edit.newText.length - 1 - tail))
    tail += 1;
  return { start: edit.start + head, end: edit.end - tail, newText: edit.newText.slice(head, edit.newText.length - tail) };
}

/** The whole line goes when nothing else stands on it. */
function removeStatement(text: string, start: number, end: number): Edit {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineBreak = text.indexOf('\n', end);
  const lineEnd = lineBreak === -1 ? text.length : lineBreak + 1;
  const alone = text.slice(lineStart, start).trim() === '' && text.slice(end, lineEnd).trim() === '';
  return alone ? { start: lineStart, end: lineEnd, newText: '' } : { start, end, newText: '' };
}

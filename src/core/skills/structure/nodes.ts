// Small questions to a syntax tree that the readers of all languages share.

import type { Node } from 'web-tree-sitter';

const MAX_SIGNATURE = 2_000;

/** Text in one line, without comments. */
export function oneLine(text: string): string {
  const flat = text
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/(^|[\s;{}(,])\/\/[^\n]*/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  return flat.length > MAX_SIGNATURE ? `${flat.slice(0, MAX_SIGNATURE)}…` : flat;
}

/** The node's text up to its body, or all of it when it has none. */
export function headOf(node: Node, body: Node | null = node.childForFieldName('body')): string {
  return oneLine(body === null ? node.text : node.text.slice(0, body.startIndex - node.startIndex)).replace(/\s*(?:=>|[:={])$/, '');
}

export function nameOf(node: Node): string {
  return node.childForFieldName('name')?.text ?? '';
}

/** The text of a string literal without its quotes. */
export function unquote(node: Node): string {
  return node.text.replace(/^[rbu]*["'`]+|["'`]+$/gi, '');
}

/** The comment that ends on the line above the node, or on its own line before it. Steps over what `skip` names. */
export function commentAbove(node: Node, skip: ReadonlySet<string> = new Set()): Node | null {
  let above = node.previousNamedSibling;
  let line = node.startPosition.row;
  while (above !== null && skip.has(above.type)) {
    line = above.startPosition.row;
    above = above.previousNamedSibling;
  }
  if (above === null || !above.type.includes('comment')) return null;
  // A line comment of some grammars takes its line break with it.
  const ends = above.endPosition.column === 0 ? above.endPosition.row - 1 : above.endPosition.row;
  return line - ends <= 1 ? above : null;
}

/** All nodes of these kinds, in order, wherever they stand. */
export function allOf(root: Node, ...types: readonly string[]): readonly Node[] {
  return root.descendantsOfType([...types]);
}

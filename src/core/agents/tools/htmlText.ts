// The text of an HTML page as a reader sees it: no scripts, styles, comments or hidden parts; links keep their address.

import { parse, type DefaultTreeAdapterTypes } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

const SKIPPED = new Set(['script', 'style', 'noscript', 'template', 'svg', 'head', 'iframe', 'object', 'canvas', 'nav', 'footer']);
const BLOCKS = new Set(
  'address article aside blockquote dd div dl dt fieldset figure form h1 h2 h3 h4 h5 h6 header hr main ol p pre section table tr ul'.split(
    ' ',
  ),
);
/** Deeper than any page for people. */
const MAX_DEPTH = 400;

export function htmlToText(html: string): string {
  const parts: string[] = [];
  collect(parse(html), { parts, pre: false, depth: 0 });
  return parts
    .join('')
    .replaceAll(/[ \t]+\n/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

interface Place {
  readonly parts: string[];
  readonly pre: boolean;
  readonly depth: number;
}

function collect(node: Node, place: Place): void {
  if (place.depth > MAX_DEPTH) return;
  if ('value' in node && node.nodeName === '#text') {
    place.parts.push(place.pre ? node.value : node.value.replaceAll(/\s+/g, ' '));
    return;
  }
  if (!('childNodes' in node)) return;
  const name = node.nodeName;
  if (SKIPPED.has(name) || ('attrs' in node && isHidden(node))) return;
  const { parts } = place;
  if (name === 'br') parts.push('\n');
  if (/^h[1-6]$/.test(name)) parts.push(`\n\n${'#'.repeat(Number(name.slice(1)))} `);
  else if (name === 'li') parts.push('\n- ');
  else if (BLOCKS.has(name)) parts.push('\n');
  for (const child of node.childNodes) collect(child, { parts, pre: place.pre || name === 'pre', depth: place.depth + 1 });
  if (name === 'a' && 'attrs' in node) parts.push(linkOf(node));
  if (name === 'td' || name === 'th') parts.push('\t');
  if (BLOCKS.has(name)) parts.push('\n');
}

/** Text that a person would not see is where instructions to a model hide. */
function isHidden(element: Element): boolean {
  const value = (name: string): string | undefined => element.attrs.find((attr) => attr.name === name)?.value;
  if (value('hidden') !== undefined || value('aria-hidden') === 'true') return true;
  return /display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|em|rem)?\s*(?:;|$)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)/i.test(
    value('style') ?? '',
  );
}

function linkOf(element: Element): string {
  const href = element.attrs.find((attr) => attr.name === 'href')?.value ?? '';
  return /^https?:\/\//i.test(href) ? ` (${href.slice(0, 300)})` : '';
}

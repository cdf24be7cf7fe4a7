// Relative links in Markdown, and whether what they name is there.

import { isLockfile } from '#core/skills/source/generated.ts';

export interface Link {
  readonly target: string;
  /** Offsets of the whole link in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

const INLINE = /!?\[(?:[^\]\\]|\\.)*\]\(\s*<?([^()<>\s]*(?:\([^()\s]*\)[^()<>\s]*)*)>?(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/g;
const REFERENCE = /^ {0,3}\[(?!\^)[^\]\n]+\]:\s*<?(\S+?)>?(?:\s+["'(].*)?$/gm;

/** Links to files and headings of the repository; addresses, mail and templates are left out. */
export function relativeLinks(text: string): readonly Link[] {
  const bare = withoutCode(text);
  return [...bare.matchAll(INLINE), ...bare.matchAll(REFERENCE)].flatMap((match) => {
    const target = match[1] ?? '';
    if (target === '' || /^(?:[a-z][a-z0-9+.-]*:|\/\/|\{|<)/i.test(target) || target.includes('{{') || isLockfile(target)) return [];
    return [{ target, start: match.index, end: match.index + match[0].length }];
  });
}

/** GitHub's anchors: lower case, punctuation dropped, spaces to hyphens, repeated ones numbered; and ids that are set by hand. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const add = (heading: string): void => {
    const base = heading
      .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/<[^>]+>|[`*]/g, '')
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-');
    let anchor = base;
    for (let again = 1; anchors.has(anchor); again += 1) anchor = `${base}-${again}`;
    anchors.add(anchor);
  };
  const bare = withoutCode(text, false);
  for (const match of bare.matchAll(/^ {0,3}#{1,6}\s+(.+?)\s*#*\s*$|^(\S[^\n]*)\n(?:=+|-{3,})\s*$/gm)) add(match[1] ?? match[2] ?? '');
  for (const match of text.matchAll(/\b(?:id|name)=["']([^"']+)["']/g)) anchors.add((match[1] ?? '').toLowerCase());
  return anchors;
}

/** Code is blanked, so that offsets stay. */
function withoutCode(text: string, inline = true): string {
  const blank = (code: string): string => code.replace(/[^\n]/g, ' ');
  const fenced = text
    .replace(/^ {0,3}(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^ {0,3}\1[`~]*\s*$|$(?![\s\S]))/gm, blank)
    .replace(/<!--[\s\S]*?-->/g, blank);
  return inline ? fenced.replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, blank) : fenced;
}

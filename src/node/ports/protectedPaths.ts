// What the write gate never touches, whatever the file system makes of a name: git's data and CAS's own records.

/** Code points that HFS+ ignores when it compares names (the list git uses). */
const IGNORABLE = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

const OWN_BUT_WRITABLE = new Set(['workflows', 'agents', 'migrations']);

/**
 * True for `.git` at any depth with all below it, and for `.cas` except what stands in `.cas/workflows`, `.cas/agents`
 * and `.cas/migrations`. Compares as the most lenient file systems do: case, Unicode form, ignorable characters,
 * trailing dots and spaces, streams (`.git::$INDEX_ALLOCATION`) and short names (`git~1`).
 */
export function isProtected(parts: readonly string[]): boolean {
  const folded = parts.map(fold);
  if (folded.some((part) => part === '.git' || /^git~\d+$/.test(part))) return true;
  if (folded[0] !== '.cas' && !/^cas~\d+$/.test(folded[0] ?? '')) return false;
  return folded.length < 3 || !OWN_BUT_WRITABLE.has(folded[1] ?? '');
}

function fold(part: string): string {
  const name = part.normalize('NFKC').replace(IGNORABLE, '').toLowerCase();
  return (name.split(':', 1)[0] ?? '').replace(/[. ]+$/, '');
}

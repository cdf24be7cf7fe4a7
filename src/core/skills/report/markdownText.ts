// Text of unknown origin inside Markdown: links to places, fences and tables that it cannot break out of.

import type { Citation } from '#protocol/finding.ts';

const URL = /(https?:\/\/[^\s<>]*[^\s<>.,;:!?)])/;

/** Plain text: nothing in it is taken for markup; addresses stay links. */
export function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .split(URL)
    .map((part, at) => (at % 2 === 1 ? `<${part}>` : part.replace(/[\\`*_[\]<>|#]/g, (character) => `\\${character}`)))
    .join('');
}

/** Inline code, whatever backticks the text holds. */
export function code(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  const longest = Math.max(0, ...(flat.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 || flat === '' ? ' ' : '';
  return `${fence}${pad}${flat}${pad}${fence}`;
}

const LANGUAGES: { readonly [extension: string]: string } = {
  mjs: 'js',
  cjs: 'js',
  mts: 'ts',
  cts: 'ts',
  yml: 'yaml',
  md: 'markdown',
  rs: 'rust',
  sh: 'bash',
};

/** A fenced block, longer than any fence inside the text. */
export function fenced(text: string, path: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const extension = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return `${fence}${LANGUAGES[extension] ?? extension}\n${text}\n${fence}`;
}

/** `path:line`, linked from `.cas/runs/<id>/` to the file in the workspace. */
export function place(citation: Pick<Citation, 'path' | 'line'>): string {
  const target = citation.path.split('/').map(encodeURIComponent).join('/');
  return `[${citation.path.replace(/[\\[\]_*`<>]/g, '\\$&')}:${citation.line}](../../../${target}#L${citation.line})`;
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

export function folded(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

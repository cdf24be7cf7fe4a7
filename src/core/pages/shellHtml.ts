// The page as it arrives: frame, tabs and grey shapes are in the HTML itself, so that something is there before any script.

import type { PageStart } from '#protocol/pages/dashboard.ts';

export interface ShellOptions {
  /** Whose script and styles. Default `dashboard`; the others are views of the side bar and have no tabs. */
  readonly page?: 'dashboard' | 'migration' | 'review';
  /** Address of a built file. */
  readonly asset: (name: string) => string;
  /** For `Content-Security-Policy`: where built files come from. */
  readonly source: string;
  readonly nonce: string;
  readonly title: string;
  /** BCP 47. */
  readonly locale: string;
  /** Texts in the person's language by the English ones. */
  readonly texts: { readonly [english: string]: string };
  /** Titles of the tabs, in their order. */
  readonly tabs: readonly string[];
  /** Where the page begins; absent: where it was left. */
  readonly start?: PageStart;
}

const ROWS = 14;

/** Nothing but our own built files runs or is loaded; no network is reachable. */
export function shellHtml({ page = 'dashboard', asset, source, nonce, title, locale, texts, tabs, start }: ShellOptions): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' ${source}`,
    `style-src ${source}`,
    `font-src ${source}`,
    `img-src ${source} data:`,
    "form-action 'none'",
    "base-uri 'none'",
  ].join('; ');
  const tabButtons = tabs.map((name) => `<span class="tab">${escaped(name)}</span>`).join('');
  const rows = '<div class="grey row"></div>'.repeat(ROWS);
  const body =
    page === 'dashboard'
      ? `<div class="head"><div class="tabs">${tabButtons}</div></div><div class="body">
<div class="grey cards"><div></div><div></div><div></div></div>${rows}</div>`
      : `<div class="body">${rows}</div>`;
  const begin = start === undefined ? '' : `<script type="application/json" id="cas-start" nonce="${nonce}">${inScript(start)}</script>\n`;
  return `<!doctype html>
<html lang="${escaped(locale)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="${escaped(asset(`${page}.css`))}">
</head>
<body>
<div id="root"><div class="page" aria-busy="true">${body}</div></div>
<script type="application/json" id="cas-texts" nonce="${nonce}">${inScript(texts)}</script>
${begin}<script type="module" nonce="${nonce}" src="${escaped(asset(`${page}.js`))}"></script>
</body>
</html>
`;
}

/** JSON that cannot end its element. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

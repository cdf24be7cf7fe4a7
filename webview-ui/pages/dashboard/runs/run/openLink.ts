// Where a link in an agent's text leads: a page in the browser, or a file of the workspace, both through the editor.

import { host } from '#ui/rpc/core.ts';

/** `src/a.ts`, `src/a.ts:12`, `./src/a.ts#L12`. */
const FILE = /^(?:\.\/)?(?<path>[^:#?]+)(?::(?<line>\d+)(?::\d+)?|#L(?<mark>\d+).*)?$/;

/** What is neither is not opened. */
export function openLink(href: string): void {
  if (/^https?:\/\//i.test(href)) {
    void host('openLink', { url: href });
    return;
  }
  const found = FILE.exec(decoded(href))?.groups;
  const path = found?.['path'];
  if (path === undefined) return;
  const line = Number(found?.['line'] ?? found?.['mark'] ?? 1);
  void host('openFile', { path, line: Math.max(1, line) });
}

function decoded(href: string): string {
  try {
    return decodeURI(href);
  } catch {
    return href; // a lone % is part of the name
  }
}

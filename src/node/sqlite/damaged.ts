// A damaged store is moved aside with its journal, so that nothing of it is lost and it can be looked at.

import fs from 'node:fs';

/** Renames `file` to `<file>.damaged-<time>`, its journal likewise. Returns the new name. */
export function setAside(file: string, now: number): string {
  const stamp = new Date(now).toISOString().replaceAll(':', '-');
  const aside = `${file}.damaged-${stamp}`;
  for (const suffix of ['-wal', '']) {
    if (fs.existsSync(file + suffix)) fs.renameSync(file + suffix, aside + suffix);
  }
  return aside;
}

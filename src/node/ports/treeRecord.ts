// What a kept scratch tree holds and from what it was copied: enough to tell later, without reading a file, what changed on either side.

import type { Stats } from 'node:fs';

export interface CopiedFile {
  /** State of the workspace's file when it was copied; `UNSURE`: it must be copied again. */
  readonly from: string;
  /** State of the copy when it was handed over. */
  readonly own: string;
}

export interface TreeRecord {
  readonly files: Map<string, CopiedFile>;
  /** By path, the root as `''`. */
  readonly folders: Map<string, string>;
}

/** Equals no state: the file may have changed without a trace since it was looked at. */
export const UNSURE = '';

const HEAD = 'cas-tree-1';
const FOLDER = '/';

export const emptyRecord = (): TreeRecord => ({ files: new Map(), folders: new Map() });

/**
 * Two equal states, the same content and mode: the kernel sets the time of change itself with each write, also through a
 * mapping, a rename or another link, and no program may set it.
 */
export const fileState = ({ ino, size, mtimeMs, ctimeMs, mode }: Stats): string => `${ino} ${size} ${mtimeMs} ${ctimeMs} ${mode}`;

/** Of the folder itself, whatever was put into it: it was not made anew, and may be used as before. */
export const folderState = ({ ino, birthtimeMs, mode }: Stats): string => `${ino} ${birthtimeMs} ${mode}`;

/** NUL stands in no path, so nothing needs quoting. */
export function recordText({ files, folders }: TreeRecord): string {
  const parts = [HEAD];
  for (const [path, state] of folders) parts.push(path, FOLDER, state);
  for (const [path, { from, own }] of files) parts.push(path, from, own);
  return parts.join('\0');
}

/** Null when it is not a whole record. */
export function parseRecord(text: string): TreeRecord | null {
  const parts = text.split('\0');
  if (parts[0] !== HEAD || parts.length % 3 !== 1) return null;
  const record = emptyRecord();
  for (let at = 1; at < parts.length; at += 3) {
    const [path = '', from = '', own = ''] = parts.slice(at, at + 3);
    if (from === FOLDER) record.folders.set(path, own);
    else record.files.set(path, { from, own });
  }
  return record;
}

// A disk on which the power can fail: it knows what was written and what was synced, and after a cut keeps what was synced
// and any part, sector by sector, of what was not.

import fs from 'node:fs';
import path from 'node:path';
import type { FileOperation } from '#node/sqlite/hostFiles.ts';

const SECTOR = 512;

interface Change {
  readonly kind: 'write' | 'truncate';
  readonly offset: number;
  readonly data: Uint8Array;
}

type Recorded = { readonly path: string } & (Change | { readonly kind: 'sync' } | { readonly kind: 'unlink' });

/** Bytes that grow in large steps. */
class DiskFile {
  unsynced: Change[] = [];
  size = 0;
  #space = Buffer.alloc(1 << 16);

  get bytes(): Uint8Array {
    return this.#space.subarray(0, this.size);
  }

  apply(change: Change, keep: () => boolean): void {
    if (change.kind === 'truncate') {
      if (keep()) this.#resize(change.offset);
      return;
    }
    const end = change.offset + change.data.length;
    for (let start = change.offset; start < end;) {
      const stop = Math.min(end, (Math.floor(start / SECTOR) + 1) * SECTOR);
      if (keep()) {
        if (this.size < stop) this.#resize(stop);
        this.#space.set(change.data.subarray(start - change.offset, stop - change.offset), start);
      }
      start = stop;
    }
  }

  #resize(size: number): void {
    if (size > this.#space.length) this.#space = Buffer.concat([this.#space, Buffer.alloc(size)]);
    this.#space.fill(0, size);
    this.size = size;
  }
}

export class SimulatedDisk {
  readonly #log: Recorded[] = [];

  /** A hook for the mount. */
  readonly before = (operation: FileOperation): void => {
    const { kind, path: file, offset = 0, data = [] } = operation;
    if (kind === 'sync' || kind === 'unlink') this.#log.push({ kind, path: file });
    else if (kind === 'write' || kind === 'truncate')
      this.#log.push({ kind, path: file, offset, data: Uint8Array.from(Buffer.concat(data)) });
  };

  get length(): number {
    return this.#log.length;
  }

  /** The last operation was a sync, so nothing before it waits in the mount or on the disk. */
  get isSynced(): boolean {
    return this.#log.at(-1)?.kind === 'sync';
  }

  /** What is in `folder` after a cut before operation `at`. `keep` decides for each unsynced sector; `honestSync` false ignores syncs. */
  cut(folder: string, options: { readonly at: number; readonly keep: () => boolean; readonly honestSync: boolean }): void {
    const files = new Map<string, DiskFile>();
    /** Gone, but not from the folder's own sectors until the folder is synced. */
    const unlinked = new Map<string, DiskFile>();
    for (const operation of this.#log.slice(0, options.at)) {
      const { path: name } = operation;
      if (operation.kind === 'sync') {
        if (options.honestSync) sync(files.get(name), () => unlinked.clear());
        continue;
      }
      const file = files.get(name) ?? new DiskFile();
      files.set(name, file);
      if (operation.kind !== 'unlink') file.unsynced.push(operation);
      else if (files.delete(name)) unlinked.set(name, file);
    }
    for (const [name, file] of unlinked) if (!files.has(name) && options.keep()) files.set(name, file);
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    for (const [name, file] of files) {
      for (const change of file.unsynced) file.apply(change, options.keep);
      fs.writeFileSync(path.join(folder, path.basename(name)), file.bytes);
    }
  }
}

/** A path that was never written to is the folder. */
function sync(file: DiskFile | undefined, syncFolder: () => void): void {
  if (!file) return syncFolder();
  for (const change of file.unsynced) file.apply(change, () => true);
  file.unsynced = [];
}

// Temporary folders and stores on real files for this folder's tests.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Log } from '#core/ports.ts';
import type { Store } from '#core/store/store.ts';
import { openStore, type OpenStoreOptions } from '#node/sqlite/openStore.ts';

const folders: string[] = [];

export function testFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cas-store-'));
  folders.push(folder);
  return folder;
}

export function removeTestFolders(): void {
  for (const folder of folders.splice(0)) fs.rmSync(folder, { recursive: true, force: true });
}

export function storeFile(folder: string): string {
  return path.join(folder, '.cas', 'store.db');
}

export function recordingLog(): Log & { readonly warnings: string[] } {
  const warnings: string[] = [];
  return {
    warnings,
    debug() {},
    info() {},
    warn: (message, fields) => void warnings.push(`${message} ${JSON.stringify(fields)}`),
    error() {},
  };
}

/** A clock that stands still, with no timers. */
const clock = {
  now: () => Date.UTC(2025, 0, 2, 3, 4, 5),
  setTimer: (): never => {
    throw new Error('the store sets no timers');
  },
};

export function openTestStore(folder: string, options: Partial<OpenStoreOptions> = {}): Promise<Store> {
  return openStore({ file: storeFile(folder), clock, log: recordingLog(), ...options });
}

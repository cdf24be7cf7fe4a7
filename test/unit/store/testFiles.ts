// Stores on real files for this folder's tests.

import path from 'node:path';
import type { Log } from '#core/ports.ts';
import { createStore } from '#core/store/createStore.ts';
import { migrate } from '#core/store/migrations/migrate.ts';
import type { Store } from '#core/store/store.ts';
import { openMounted } from '#node/sqlite/engine.ts';
import type { FileHooks } from '#node/sqlite/hostFiles.ts';
import { LocalConnection } from '#node/sqlite/localConnection.ts';
import { locateSqlite } from '#node/sqlite/locate.ts';
import { mountSqlJs } from '#node/sqlite/mount.ts';
import { openStore, type OpenStoreOptions } from '#node/sqlite/openStore.ts';

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

/** A clock that stands still; the store sets no timers. */
const clock = {
  now: () => Date.UTC(2025, 0, 2, 3, 4, 5),
  setTimer: (): never => {
    throw new Error('the store sets no timers');
  },
};

/** The real thing: lock, worker and all. */
export function openTestStore(folder: string, options: Partial<OpenStoreOptions> = {}): Promise<Store> {
  return openStore({ file: storeFile(folder), clock, log: recordingLog(), ...options });
}

/** A connection in this thread and without a lock, on a file or in memory. */
export async function localConnection(file: string | null, hooks: FileHooks = {}): Promise<LocalConnection> {
  return new LocalConnection(openMounted(await mountSqlJs(locateSqlite().sqlJs, hooks), file));
}

/** The same as a migrated store; the connection is for looking into tables. */
export async function localStore(file: string | null, hooks: FileHooks = {}): Promise<{ store: Store; connection: LocalConnection }> {
  const connection = await localConnection(file, hooks);
  await migrate(connection, { now: 0 });
  return { store: createStore(connection), connection };
}

// Opening the workspace's store: lock, worker, schema.

import fs from 'node:fs';
import path from 'node:path';
import type { Clock } from '#base/clock.ts';
import { type Disposable, DisposableStore } from '#base/disposable.ts';
import type { Log } from '#core/ports.ts';
import type { StoreConnection } from '#core/store/connection.ts';
import { createStore } from '#core/store/createStore.ts';
import { storeOpenFailed } from '#core/store/errors.ts';
import { migrate } from '#core/store/migrations/migrate.ts';
import type { Store } from '#core/store/store.ts';
import { CaredConnection, type Opened } from '#node/sqlite/backup.ts';
import { connectWorker } from '#node/sqlite/client.ts';
import { errorCode } from '#node/sqlite/hostFiles.ts';
import { locateSqlite } from '#node/sqlite/locate.ts';
import { acquireLock, lockAgainstForeignSqlite } from '#node/sqlite/lock.ts';

export interface OpenStoreOptions {
  /** Absolute path of the database, as `<workspace>/.cas/store.db`; its folder is created when missing. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Makes this process the owner of the store. Throws `store.locked` (details.pid), `store.lockUnavailable`, `store.openFailed`,
 * `store.damaged`, `store.tooNew` or `store.schemaMismatch`; then nothing stays open or locked.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  createFolder(options.file);
  const ownership = await acquireLock(options.file);
  try {
    const opened = await openFile(options);
    const openCopy = (file: string): Promise<StoreConnection> => connectWorker(locateSqlite(), file);
    const connection = new CaredConnection({ file: options.file, opened, reopen: () => openFile(options), openCopy });
    return closingLast(createStore(connection), ownership);
  } catch (error) {
    ownership.dispose();
    throw error;
  }
}

async function openFile({ file, clock, log }: OpenStoreOptions): Promise<Opened> {
  const guard = new DisposableStore();
  const foreign = await lockAgainstForeignSqlite(file);
  if (foreign) guard.add(foreign);
  else log.debug('Other SQLite programs cannot be kept out of the store on this machine.', { file });
  try {
    return { connection: await openMigrated(file, clock.now()), guard };
  } catch (error) {
    guard.dispose();
    throw error;
  }
}

async function openMigrated(file: string, now: number): Promise<StoreConnection> {
  const connection = await connectWorker(locateSqlite(), file);
  try {
    await migrate(connection, { now });
    return connection;
  } catch (error) {
    // Whether closing works too is of no interest here: the first error is the one to report.
    await connection.close().catch(() => undefined);
    throw error;
  }
}

/** The lock goes only when the file is closed, and goes even when closing it fails. */
function closingLast(store: Store, ownership: Disposable): Store {
  const closed = async (): Promise<void> => {
    try {
      await store.close();
    } finally {
      ownership.dispose();
    }
  };
  let closing: Promise<void> | null = null;
  return { ...store, close: () => (closing ??= closed()) };
}

function createFolder(file: string): void {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
  } catch (error) {
    throw storeOpenFailed({ file, reason: errorCode(error) }, error);
  }
}

// Opening the workspace's store: lock, worker, schema.

import fs from 'node:fs';
import path from 'node:path';
import type { Clock } from '#base/clock.ts';
import { type Disposable, DisposableStore } from '#base/disposable.ts';
import { hasCode } from '#base/errors.ts';
import type { Log } from '#core/ports.ts';
import type { StoreConnection } from '#core/store/connection.ts';
import { createStore } from '#core/store/createStore.ts';
import { storeOpenFailed } from '#core/store/errors.ts';
import { migrate } from '#core/store/migrations/migrate.ts';
import type { Store } from '#core/store/store.ts';
import { connectWorker } from '#node/sqlite/client.ts';
import { setAside } from '#node/sqlite/damaged.ts';
import { errorCode } from '#node/sqlite/hostFiles.ts';
import { locateSqlite } from '#node/sqlite/locate.ts';
import { acquireLock, lockAgainstForeignSqlite } from '#node/sqlite/lock.ts';

export interface OpenStoreOptions {
  /** Absolute path of the database, as `<workspace>/.cas/store.db`; its folder is created when missing. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  /** `throw` (default) reports `store.damaged`; `setAside` moves the damaged file away, logs where to, and starts a new one. */
  readonly onDamaged?: 'throw' | 'setAside';
}

/**
 * Makes this process the owner of the store. Throws `store.locked` (details.pid), `store.lockUnavailable`, `store.openFailed`,
 * `store.damaged`, `store.tooNew` or `store.schemaMismatch`; then nothing stays open or locked.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  createFolder(options.file);
  const ownership = await acquireLock(options.file);
  try {
    const { connection, guard } = await openOrSetAside(options);
    return closingLast(createStore(connection), [guard, ownership]);
  } catch (error) {
    ownership.dispose();
    throw error;
  }
}

interface Opened {
  readonly connection: StoreConnection;
  readonly guard: Disposable;
}

async function openOrSetAside(options: OpenStoreOptions): Promise<Opened> {
  const { file, clock, log } = options;
  try {
    return await openFile(options);
  } catch (error) {
    if (options.onDamaged !== 'setAside' || !hasCode(error, 'store.damaged')) throw error;
    const movedTo = setAside(file, clock.now());
    log.warn('The store was damaged. It was set aside and a new one was started.', { file, movedTo });
    return openFile(options);
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

/** Locks go only when the file is closed, and go even when closing it fails. */
function closingLast(store: Store, held: readonly Disposable[]): Store {
  const closed = async (): Promise<void> => {
    try {
      await store.close();
    } finally {
      for (const lock of held) lock.dispose();
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

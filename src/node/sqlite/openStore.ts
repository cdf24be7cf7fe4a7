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
import { openEngine } from '#node/sqlite/engine.ts';
import { errorCode } from '#node/sqlite/hostFiles.ts';
import { LocalConnection } from '#node/sqlite/localConnection.ts';
import { locateSqlite } from '#node/sqlite/locate.ts';
import { acquireLock, lockAgainstForeignSqlite } from '#node/sqlite/lock.ts';
import type { Durability } from '#protocol/storeCare.ts';

export interface OpenStoreOptions {
  /** Absolute path of the database, as `<workspace>/.cas/store.db`; its folder is created when missing. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Default: `full`. */
  readonly durability?: Durability | undefined;
  /**
   * Where SQLite works. `worker` (the default): in a thread of its own, so that this one never waits for the disk. `here`: in this
   * thread, which waits a tenth of a millisecond or so for each commit instead of longer for another thread to wake: for processes
   * without a face.
   */
  readonly thread?: 'worker' | 'here' | undefined;
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
    const { file, durability = 'full' } = options;
    const openCopy = (copy: string): Promise<StoreConnection> => connectWorker(locateSqlite(), copy);
    const connection = new CaredConnection({ file, durability, opened, reopen: () => openFile(options), openCopy });
    return closingLast(createStore(connection), ownership);
  } catch (error) {
    ownership.dispose();
    throw error;
  }
}

async function openFile(options: OpenStoreOptions): Promise<Opened> {
  const { file, log } = options;
  const guard = new DisposableStore();
  const foreign = await lockAgainstForeignSqlite(file);
  if (foreign) guard.add(foreign);
  else log.debug('Other SQLite programs cannot be kept out of the store on this machine.', { file });
  try {
    return { connection: await openMigrated(options), guard };
  } catch (error) {
    guard.dispose();
    throw error;
  }
}

async function openMigrated({ file, clock, durability = 'full', thread = 'worker' }: OpenStoreOptions): Promise<StoreConnection> {
  const modules = locateSqlite();
  const connection =
    thread === 'worker'
      ? await connectWorker(modules, file, durability)
      : new LocalConnection(await openEngine({ file, durability, sqlJs: modules.sqlJs }));
  try {
    await migrate(connection, { now: clock.now() });
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

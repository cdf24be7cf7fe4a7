// Puts a backup, or an empty store, in the place of a store that nobody has open. A crash at any point leaves the old one or
// the new one; the old one is kept aside.

import fs from 'node:fs';
import path from 'node:path';
import type { Clock } from '#base/clock.ts';
import { type Disposable, toDisposable } from '#base/disposable.ts';
import { hasCode, isAppError } from '#base/errors.ts';
import { createAuditRepository } from '#core/store/audit.ts';
import { backupFailed, backupNotFound, backupUnusable } from '#core/store/care/backupErrors.ts';
import { migrate } from '#core/store/migrations/migrate.ts';
import {
  type Checked,
  checkDatabase,
  type OpenDatabase,
  reasonOf,
  removeDatabase,
  syncFile,
  syncFolderOf,
} from '#node/sqlite/checkedCopy.ts';
import { connectWorker } from '#node/sqlite/client.ts';
import { errorCode } from '#node/sqlite/hostFiles.ts';
import { locateSqlite } from '#node/sqlite/locate.ts';
import { acquireLock, lockAgainstForeignSqlite } from '#node/sqlite/lock.ts';
import type { RestoreReport } from '#protocol/storeCare.ts';

export interface RestoreStoreOptions {
  /** Absolute path of the store; its folder exists. */
  readonly file: string;
  /** Absolute path of the backup, which is only read; null starts an empty store. */
  readonly from: string | null;
  readonly clock: Clock;
  /** Default: the store's worker. */
  readonly open?: OpenDatabase;
}

/**
 * Throws `store.locked` while any process has the store open, `backup.notFound`, `backup.unusable`, `store.tooNew` or
 * `store.schemaMismatch` for a backup of another CAS, `backup.failed` when the disk refuses. Then the store is as it was.
 */
export async function restoreStore(options: RestoreStoreOptions): Promise<RestoreReport> {
  const { file, from, clock, open = (other) => connectWorker(locateSqlite(), other) } = options;
  const startedAt = clock.now();
  if (from !== null && !fs.statSync(from, { throwIfNoEntry: false })?.isFile()) throw backupNotFound({ file: from });
  const ownership = await lockAll(file);
  const next = `${file}.restoring`;
  try {
    const { before, after } = await prepare({ next, from, now: startedAt, open });
    const keptAs = await keepAside(file, startedAt, open);
    fs.renameSync(next, file);
    syncFolderOf(file);
    return { from, keptAs, schema: { from: before, to: after.schema }, runs: after.runs, durationMs: clock.now() - startedAt };
  } catch (error) {
    throw isAppError(error) ? error : backupFailed({ file, reason: reasonOf(error) }, error);
  } finally {
    removeDatabase(next);
    ownership.dispose();
  }
}

async function lockAll(file: string): Promise<Disposable> {
  const lock = await acquireLock(file);
  try {
    // Only for a file that is there: taking the lock would make an empty one.
    const foreign = fs.existsSync(file) ? await lockAgainstForeignSqlite(file) : null;
    return toDisposable(() => {
      foreign?.dispose();
      lock.dispose();
    });
  } catch (error) {
    lock.dispose();
    throw error;
  }
}

interface Preparation {
  readonly next: string;
  readonly from: string | null;
  readonly now: number;
  readonly open: OpenDatabase;
}

/** The store to be, beside the one that is: checked, migrated to this CAS, with the restore in its audit trail, durable. */
async function prepare({ next, from, now, open }: Preparation): Promise<{ readonly before: number; readonly after: Checked }> {
  removeDatabase(next);
  let before = 0;
  if (from !== null) {
    copyDatabase(from, next);
    before = (await checkCopyOf(from, next, open)).schema;
  }
  const connection = await open(next);
  try {
    await migrate(connection, { now });
    const data = { from: from === null ? null : path.basename(from), schema: before };
    await createAuditRepository(connection).append({ at: now, actor: 'person', action: 'store.restore', target: 'store', data });
  } finally {
    await connection.close();
  }
  const after = await checkDatabase(next, open);
  syncFile(next);
  return { before, after };
}

/** What is wrong is said of the backup, not of the copy. */
async function checkCopyOf(from: string, copy: string, open: OpenDatabase): Promise<Checked> {
  try {
    return await checkDatabase(copy, open);
  } catch (error) {
    throw hasCode(error, 'backup.unusable') ? backupUnusable({ file: from, reason: reasonOf(error) }, error) : error;
  }
}

/** A store that was set aside may have its journal beside it, with the newest commits. */
function copyDatabase(from: string, to: string): void {
  for (const suffix of ['-wal', '']) {
    if (!fs.existsSync(from + suffix)) continue;
    fs.copyFileSync(from + suffix, to + suffix, fs.constants.COPYFILE_FICLONE);
    fs.chmodSync(to + suffix, 0o600);
  }
}

/**
 * The present store gets a second name, so that there is one under its own at every moment. Returns that name; null when there
 * is none.
 */
async function keepAside(file: string, now: number, open: OpenDatabase): Promise<string | null> {
  const journal = `${file}-wal`;
  if (!fs.existsSync(file)) {
    fs.rmSync(journal, { force: true });
    return null;
  }
  const sound = await foldJournal(file, open);
  const aside = `${file}.${sound ? 'replaced' : 'damaged'}-${new Date(now).toISOString().replaceAll(':', '-')}`;
  secondName(file, aside);
  if (fs.existsSync(journal)) secondName(journal, `${aside}-wal`);
  syncFolderOf(file);
  fs.rmSync(journal, { force: true });
  return aside;
}

function secondName(file: string, name: string): void {
  try {
    fs.linkSync(file, name);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw error;
    // This file system has no second names: a copy, then.
    fs.copyFileSync(file, name, fs.constants.COPYFILE_EXCL | fs.constants.COPYFILE_FICLONE);
    syncFile(name);
  }
}

/** Puts the commits that are only in the journal into the file. False when the store is damaged, so that it cannot be. */
async function foldJournal(file: string, open: OpenDatabase): Promise<boolean> {
  try {
    const connection = await open(file);
    await connection.close();
    return !fs.existsSync(`${file}-wal`);
  } catch (error) {
    if (hasCode(error, 'store.damaged')) return false;
    throw error;
  }
}

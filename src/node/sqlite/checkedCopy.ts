// Copies of a store: made whole by SQLite, checked page by page, made durable before anything relies on them.

import fs from 'node:fs';
import path from 'node:path';
import { isAppError } from '#base/errors.ts';
import { backupFailed, backupUnusable } from '#core/store/care/backupErrors.ts';
import type { StoreConnection } from '#core/store/connection.ts';
import { cannotSyncFolder } from '#node/ports/fileErrors.ts';
import { toVirtualPath } from '#node/sqlite/fileImports.ts';
import { errorCode } from '#node/sqlite/hostFiles.ts';

/** Opens a database that is no one's store yet. */
export type OpenDatabase = (file: string) => Promise<StoreConnection>;

export interface Checked {
  /** The newest migration applied; 0 without any. */
  readonly schema: number;
  readonly runs: number;
}

/**
 * Writes all that is committed to `to`, without unused space, and checks it. On failure nothing is left at `to`: throws
 * `backup.failed` or `backup.unusable`.
 */
export async function writeCheckedCopy(connection: StoreConnection, to: string, open: OpenDatabase): Promise<Checked> {
  removeDatabase(to);
  try {
    await connection.read({ sql: 'VACUUM INTO ?', parameters: [toVirtualPath(to)] });
    const checked = await checkDatabase(to, open);
    syncFile(to);
    return checked;
  } catch (error) {
    removeDatabase(to);
    if (isAppError(error) && !error.code.startsWith('store.')) throw error;
    throw backupFailed({ file: to, reason: reasonOf(error) }, error);
  }
}

/** Every page and index. Leaves the file closed, its journal folded in. Throws `backup.unusable`. */
export async function checkDatabase(file: string, open: OpenDatabase): Promise<Checked> {
  try {
    const connection = await open(file);
    try {
      return await inspect(connection);
    } finally {
      await connection.close();
    }
  } catch (error) {
    throw backupUnusable({ file, reason: reasonOf(error) }, error);
  }
}

async function inspect(connection: StoreConnection): Promise<Checked> {
  const ask = async (sql: string): Promise<unknown> => Object.values((await connection.read({ sql, parameters: [] }))[0] ?? {})[0];
  const found = await ask('PRAGMA integrity_check(1)');
  if (found !== 'ok') throw new Error(String(found));
  const tables = await ask("SELECT count(*) FROM sqlite_schema WHERE name IN ('schema_migrations', 'runs')");
  if (tables !== 2) throw new Error('it is a database of something else');
  const schema = Number((await ask('SELECT max(id) FROM schema_migrations')) ?? 0);
  return { schema, runs: Number(await ask('SELECT count(*) FROM runs')) };
}

export function reasonOf(error: unknown): string {
  if (isAppError(error)) return typeof error.details['reason'] === 'string' ? error.details['reason'] : error.message;
  return error instanceof Error ? error.message : errorCode(error);
}

/** The database and the journals of either kind; none has to be there. */
export function removeDatabase(file: string): void {
  for (const suffix of ['-wal', '-journal', '']) fs.rmSync(file + suffix, { force: true });
}

export function syncFile(file: string): void {
  const fd = fs.openSync(file, 'r+');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Makes renames in it durable, where the file system can. Windows has no such call and needs none. */
export function syncFolderOf(file: string): void {
  if (process.platform === 'win32') return;
  const fd = fs.openSync(path.dirname(file), 'r');
  try {
    fs.fsyncSync(fd);
  } catch (error) {
    if (!cannotSyncFolder(error)) throw error;
  } finally {
    fs.closeSync(fd);
  }
}

// One SQLite database, synchronously: groups of batches in one durable transaction, and reads. Runs in the worker, or in
// place for stores in memory.

import fs from 'node:fs';
import path from 'node:path';
import type { Database } from 'sql.js';
import { type AppError, type ErrorView, isAppError, toErrorView } from '#base/errors.ts';
import type { Batch, SqlRow, Statement } from '#core/store/connection.ts';
import {
  storeClosed,
  storeConflict,
  storeDamaged,
  storeFailed,
  storeOpenFailed,
  storeReadFailed,
  storeWriteFailed,
} from '#core/store/errors.ts';
import { REMOVED } from '#node/sqlite/hostFiles.ts';
import { type MountedSql, mountSqlJs } from '#node/sqlite/mount.ts';
import { StatementCache } from '#node/sqlite/statements.ts';
import type { Durability } from '#protocol/storeCare.ts';

/** Null: the batch is durable. */
export type Outcome = ErrorView | null;

export interface EngineOptions {
  /** Absolute path of sql-wasm.js. */
  readonly sqlJs: string;
  /** Absolute path of the database, created when missing; null keeps it in memory. */
  readonly file: string | null;
  readonly durability: Durability;
}

/**
 * EXCLUSIVE comes first: it keeps the index of the WAL in the heap, as there is no shared memory here. FULL syncs the WAL at
 * every commit, so that a commit survives a power cut; NORMAL only before it is folded in. That happens every 16 MB: it costs
 * two syncs, and reading so long a WAL after a crash some 30 ms.
 */
const pragmas = (durability: Durability): string => `PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL;
  PRAGMA synchronous=${SYNCHRONOUS[durability]}; PRAGMA wal_autocheckpoint=4000; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000;`;

const SYNCHRONOUS: { readonly [D in Durability]: string } = { full: 'FULL', normal: 'NORMAL' };

/** Files up to this size are checked whole at open, at about 3 ms a megabyte. In larger ones damage shows when it is read. */
const CHECKED_UP_TO_BYTES = 8 << 20;

const DAMAGE = /malformed|not a database|unsupported file format/;
const CONSTRAINT = /constraint failed/;
const FULL = /disk is full/;

/** Throws `store.openFailed` or `store.damaged`. */
export async function openEngine({ sqlJs, file, durability }: EngineOptions): Promise<SqliteEngine> {
  return openMounted(await mountSqlJs(sqlJs), file, durability);
}

/**
 * `sql` may serve many databases in memory, or one file after the other. A mount whose open failed is not used again for that
 * file: its connection is given up, not closed, as closing would write to a file that may be damaged.
 */
export function openMounted(sql: MountedSql, file: string | null, durability: Durability = 'full'): SqliteEngine {
  try {
    const isNew = file !== null && (!fs.existsSync(file) || fs.statSync(file).size === 0);
    const db = sql.open(file);
    if (file !== null) db.exec(pragmas(durability));
    // Reads the schema: a file that is no database shows here and not later.
    db.exec('SELECT count(*) FROM sqlite_schema');
    if (file !== null && fs.statSync(file).size <= CHECKED_UP_TO_BYTES) checkSound(db);
    // A new file must be found after a power cut, and the journal of its first transaction must not.
    if (isNew) sql.files.syncFolder(path.dirname(file));
    return new SqliteEngine(sql, db, file);
  } catch (error) {
    const fault = sql.files.takeFault();
    sql.files.abandon();
    const reason = fault?.code ?? messageOf(error);
    const details = { file: String(file), reason };
    throw DAMAGE.test(reason) ? storeDamaged(details) : storeOpenFailed(details, error);
  }
}

export class SqliteEngine {
  readonly #sql: MountedSql;
  readonly #file: string;
  readonly #statements: StatementCache;
  #db: Database | null;
  #closedBecause = 'it was closed';

  constructor(sql: MountedSql, db: Database, file: string | null) {
    this.#sql = sql;
    this.#db = db;
    this.#file = file ?? 'memory';
    this.#statements = new StatementCache(db);
  }

  /** One transaction for all; a batch that fails leaves the others in. When the disk fails, all of them fail. */
  commit(batches: readonly Batch[]): readonly Outcome[] {
    try {
      this.#begin();
      const lone = loneStatement(batches);
      if (lone !== null) {
        this.#change(lone, 0);
        return [null];
      }
      this.#statements.run('BEGIN IMMEDIATE');
      // A savepoint keeps a copy of each page that changes after it. A batch that is alone fails with the transaction.
      const isAlone = batches.length === 1;
      const outcomes = batches.map((batch) => (isAlone ? this.#apply(batch) : this.#savepoint(batch)));
      this.#statements.run('COMMIT');
      return outcomes;
    } catch (error) {
      const failure = toErrorView(this.#explain(error, 'write'));
      this.#rollback();
      return batches.map(() => failure);
    }
  }

  /** Throws `store.readFailed`, `store.damaged`, `store.failed` or `store.closed`. */
  read(statement: Statement): readonly SqlRow[] {
    try {
      this.#begin();
      return this.#statements.all(statement);
    } catch (error) {
      throw this.#explain(error, 'read');
    }
  }

  /** Folds the WAL into the file and removes it. */
  close(): void {
    if (!this.#db) return;
    this.#statements.free();
    this.#db.close();
    this.#db = null;
  }

  #begin(): void {
    if (!this.#db) throw storeClosed({ reason: this.#closedBecause });
    // A fault that reached no caller, as of a checkpoint that is made again later, must not explain the next error.
    this.#sql.files.takeFault();
  }

  /** The batch's own failure is its outcome; one of the disk is thrown and fails the group. */
  #savepoint(batch: Batch): Outcome {
    this.#statements.run('SAVEPOINT batch');
    try {
      this.#apply(batch);
      this.#statements.run('RELEASE batch');
      return null;
    } catch (error) {
      const failure = this.#explain(error, 'write');
      if (failure.code !== 'store.conflict' && failure.code !== 'store.failed') throw failure;
      this.#statements.run('ROLLBACK TO batch');
      this.#statements.run('RELEASE batch');
      return toErrorView(failure);
    }
  }

  #apply(batch: Batch): null {
    for (const [index, statement] of batch.entries()) this.#change(statement, index);
    return null;
  }

  #change(statement: Statement, index: number): void {
    const { mustChange } = statement;
    let changed: number;
    try {
      changed = this.#statements.change(statement);
    } catch (error) {
      const reason = messageOf(error);
      throw CONSTRAINT.test(reason) ? storeConflict({ statement: index, reason }) : error;
    }
    if (mustChange === undefined || changed === mustChange) return;
    throw storeConflict({ statement: index, reason: `${changed} rows fit where ${mustChange} must` });
  }

  #rollback(): void {
    if (!this.#db) return;
    try {
      this.#statements.run('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself, as it does for most disk errors: there is no transaction left to end.
    }
  }

  #explain(error: unknown, doing: 'read' | 'write'): AppError {
    if (isAppError(error)) return error;
    const fault = this.#sql.files.takeFault();
    if (fault?.code === REMOVED) this.#giveUp(`${fault.path} was deleted by another program`);
    const failed = doing === 'read' ? storeReadFailed : storeWriteFailed;
    if (fault) return failed({ reason: fault.code, path: fault.path });
    const reason = messageOf(error);
    if (DAMAGE.test(reason)) return storeDamaged({ file: this.#file, reason });
    return FULL.test(reason) ? failed({ reason, path: this.#file }) : storeFailed({ reason }, error);
  }

  /** Drops the connection without closing it, which would write the rest of a journal that is gone into the file. */
  #giveUp(reason: string): void {
    this.#closedBecause = reason;
    this.#db = null;
    this.#sql.files.abandon();
  }
}

/** Is a transaction by itself, and need not be told. Not one that expects something: that is known only once it is durable. */
function loneStatement([batch = [], ...others]: readonly Batch[]): Statement | null {
  const [statement, ...more] = batch;
  const isAlone = others.length === 0 && more.length === 0;
  return isAlone && statement !== undefined && statement.mustChange === undefined ? statement : null;
}

function checkSound(db: Database): void {
  const found = db.exec('PRAGMA quick_check(1)')[0]?.values[0]?.[0];
  if (found !== 'ok') throw new Error(`malformed: ${String(found)}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// What the store needs of a database: durable batches and reads of compiled SQL. Everything above is the same for all engines.

import type { SqlDialect } from '#core/store/dialect.ts';
import type { Durability } from '#protocol/storeCare.ts';

export type SqlValue = null | number | string | Uint8Array;
export type SqlRow = { readonly [column: string]: SqlValue };

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
  /** How many rows it must change; any other number fails the batch with `store.conflict`. */
  readonly mustChange?: number;
}

export type Batch = readonly Statement[];

export interface StoreConnection {
  readonly dialect: SqlDialect;
  /**
   * All of the batch or nothing, durable when it resolves. Batches of one event-loop turn may share a commit; they apply in
   * call order and one that fails does not touch the others. Fails with `store.conflict` (an expectation or a constraint;
   * details.statement), `store.writeFailed`, `store.damaged`, `store.failed` or `store.closed`.
   */
  commit(batch: Batch): Promise<void>;
  /** Sees every batch that has resolved. Fails with `store.readFailed`, `store.damaged`, `store.failed` or `store.closed`. */
  read(statement: Statement): Promise<readonly SqlRow[]>;
  /** Waits for pending batches. Idempotent. */
  close(): Promise<void>;
  /** The database's file; absent when it is in memory. */
  readonly file?: StoreFile;
}

/** What can be done with the file of a store while it is open. Batches and reads wait meanwhile; none is lost. */
export interface StoreFile {
  /** Absolute. */
  readonly path: string;
  readonly durability: Durability;
  /** In bytes; `freeBytes` is unused space inside the database. */
  sizes(): Promise<{ readonly databaseBytes: number; readonly journalBytes: number; readonly freeBytes: number }>;
  /** Stores set aside earlier that lie beside this one. */
  aside(): Promise<readonly { readonly file: string; readonly bytes: number }[]>;
  /**
   * A consistent, checked copy at the absolute path `to`, whole or not there. Throws `backup.exists`, `backup.failed`, or
   * `backup.unusable` when the copy does not pass the check.
   */
  backup(to: string): Promise<{ readonly bytes: number; readonly schema: number; readonly runs: number }>;
  /** Rewrites the file without unused space; a crash leaves the old one or the new one. Throws like `backup`. */
  compact(): Promise<void>;
}

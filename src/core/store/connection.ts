// What the store needs of a database: durable batches and reads of compiled SQL. Everything above is the same for all engines.

import type { SqlDialect } from '#core/store/dialect.ts';

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
}

// A connection to an engine in this thread: for stores in memory, and for processes that may wait for the disk.

import type { Batch, SqlRow, Statement, StoreConnection } from '#core/store/connection.ts';
import { sqliteDialect } from '#core/store/dialect.ts';
import { storeClosed } from '#core/store/errors.ts';
import type { SqliteEngine } from '#node/sqlite/engine.ts';
import { GroupCommit } from '#node/sqlite/groupCommit.ts';

/** Owns the engine: closing the connection closes it. */
export class LocalConnection implements StoreConnection {
  readonly dialect = sqliteDialect;
  readonly #engine: SqliteEngine;
  readonly #commits: GroupCommit;
  #closed = false;

  constructor(engine: SqliteEngine) {
    this.#engine = engine;
    this.#commits = new GroupCommit(async (batches) => engine.commit(batches));
  }

  async commit(batch: Batch): Promise<void> {
    this.#checkOpen();
    await this.#commits.add(batch);
  }

  async read(statement: Statement): Promise<readonly SqlRow[]> {
    this.#checkOpen();
    return this.#engine.read(statement);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#commits.idle();
    this.#engine.close();
  }

  #checkOpen(): void {
    if (this.#closed) throw storeClosed({ reason: 'it was closed' });
  }
}

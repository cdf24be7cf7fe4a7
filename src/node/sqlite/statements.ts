// Prepared statements by their SQL, kept for the next use.

import type { Database, Statement as SqlJsStatement } from 'sql.js';
import type { SqlRow, SqlValue, Statement } from '#core/store/connection.ts';

const MAX_KEPT = 200;

export class StatementCache {
  readonly #db: Database;
  /** In the order they were first used. */
  readonly #kept = new Map<string, SqlJsStatement>();

  constructor(db: Database) {
    this.#db = db;
  }

  run(sql: string): void {
    this.change({ sql, parameters: [] });
  }

  /** Runs to the end; returns how many rows it changed. */
  change(statement: Statement): number {
    this.#step(statement, () => undefined);
    return this.#db.getRowsModified();
  }

  all(statement: Statement): readonly SqlRow[] {
    const rows: SqlRow[] = [];
    let columns: readonly string[] = [];
    this.#step(statement, (prepared) => {
      // `getAsObject` asks for the names of the columns with each row: half of what a row costs.
      if (rows.length === 0) columns = prepared.getColumnNames();
      rows.push(rowOf(columns, prepared.get()));
    });
    return rows;
  }

  free(): void {
    for (const prepared of this.#kept.values()) prepared.free();
    this.#kept.clear();
  }

  #step(statement: Statement, onRow: (prepared: SqlJsStatement) => void): void {
    const prepared = this.#prepare(statement.sql);
    try {
      prepared.bind([...statement.parameters]);
      while (prepared.step()) onRow(prepared);
    } finally {
      // An open statement would hold back checkpoints, and a rollback.
      prepared.reset();
    }
  }

  #prepare(sql: string): SqlJsStatement {
    const kept = this.#kept.get(sql);
    if (kept !== undefined) return kept;
    const prepared = this.#db.prepare(sql);
    this.#kept.set(sql, prepared);
    if (this.#kept.size > MAX_KEPT) this.#forgetOldest();
    return prepared;
  }

  #forgetOldest(): void {
    for (const [sql, prepared] of this.#kept) {
      prepared.free();
      this.#kept.delete(sql);
      return;
    }
  }
}

function rowOf(columns: readonly string[], values: readonly SqlValue[]): SqlRow {
  const row: { [column: string]: SqlValue } = {};
  for (const [index, column] of columns.entries()) row[column] = values[index] ?? null;
  return row;
}

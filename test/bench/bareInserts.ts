// What durability costs without us: one row a commit, in a loop.

import { connectWorker } from '#node/sqlite/client.ts';
import { locateSqlite } from '#node/sqlite/locate.ts';
import { mountSqlJs } from '#node/sqlite/mount.ts';

/** About what a step leaves: one event as JSON. */
const DATA = JSON.stringify({
  type: 'step.succeeded',
  path: 's42',
  attempt: 1,
  output: null,
  summary: '',
  usage: [],
  durationMs: 0,
  version: 43,
  runId: 'run_01m3zq8w9v5x7y2b4c6d8f0g',
  seq: 128,
  at: 1_790_000_000_000,
});

export const CREATE = 'CREATE TABLE rows (n INTEGER PRIMARY KEY, data TEXT NOT NULL) STRICT';
export const INSERT = 'INSERT INTO rows (data) VALUES (?)';
export const parameters = [DATA] as const;

export interface InsertLoop {
  /** Microseconds a row. */
  insert(rows: number): Promise<number>;
  close(): Promise<void>;
}

/** The store's own engine, worker and group commit, with one bare row in each. */
export async function insertsInWorker(file: string): Promise<InsertLoop> {
  const connection = await connectWorker(locateSqlite(), file);
  await connection.commit([{ sql: CREATE, parameters: [] }]);
  return {
    async insert(rows) {
      const startedAt = performance.now();
      for (let n = 0; n < rows; n += 1) await connection.commit([{ sql: INSERT, parameters }]);
      return ((performance.now() - startedAt) * 1_000) / rows;
    },
    close: () => connection.close(),
  };
}

/** The same SQLite build in this thread: a prepared statement that commits by itself, and nothing around it. */
export async function insertsInThread(file: string): Promise<InsertLoop> {
  const db = (await mountSqlJs(locateSqlite().sqlJs)).open(file);
  db.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL');
  db.exec(CREATE);
  const statement = db.prepare(INSERT);
  return {
    async insert(rows) {
      const startedAt = performance.now();
      for (let n = 0; n < rows; n += 1) statement.run([...parameters]);
      return ((performance.now() - startedAt) * 1_000) / rows;
    },
    async close() {
      statement.free();
      db.close();
    },
  };
}

// The tables that hold the rows of one run, as data: what to count, what to measure, what to remove.

import { type RawBuilder, sql } from 'kysely';
import type { Statement, StoreConnection } from '#core/store/connection.ts';
import { compiled, type Query, readAll } from '#core/store/query.ts';
import type { StoreSchema } from '#core/store/schema.ts';
import type { PrunedRows } from '#protocol/storeCare.ts';

interface RunTable {
  readonly table: keyof StoreSchema;
  /** Orders the rows of one run, so that they can be removed part by part. */
  readonly key: string;
  /** Columns that hold what takes space. */
  readonly content: readonly string[];
  readonly counts: keyof PrunedRows;
  /** How many a row counts for. Default: 1. */
  readonly each?: RawBuilder<unknown>;
}

/** Rows hold the events from one number to the next. */
export const eventsInBatch = sql`last_seq - first_seq + 1`;

const runTables: readonly RunTable[] = [
  { table: 'event_batches', key: 'last_seq', content: ['data'], counts: 'events', each: eventsInBatch },
  { table: 'snapshots', key: 'seq', content: ['state'], counts: 'snapshots' },
  { table: 'dead_letters', key: 'id', content: ['path', 'error', 'note'], counts: 'deadLetters' },
  { table: 'effects', key: 'key', content: ['result'], counts: 'effects' },
  { table: 'runtime_checkpoints', key: 'id', content: ['checkpoint', 'metadata'], counts: 'runtimeCheckpoints' },
  { table: 'runtime_writes', key: 'checkpoint_id', content: ['value'], counts: 'runtimeCheckpoints' },
  { table: 'proposals', key: 'id', content: ['data'], counts: 'proposals' },
];

/** Rows that one statement removes. */
const ROWS_PER_STATEMENT = 1_000;

export interface Measured {
  readonly rows: PrunedRows;
  readonly bytes: number;
}

export const nothing: Measured = {
  rows: {
    events: 0,
    snapshots: 0,
    deadLetters: 0,
    effects: 0,
    runtimeCheckpoints: 0,
    proposals: 0,
    blobs: 0,
    executions: 0,
    usage: 0,
    answers: 0,
    messages: 0,
    audit: 0,
  },
  bytes: 0,
};

export function sum(a: Measured, b: Measured): Measured {
  const kinds = Object.keys(nothing.rows) as (keyof PrunedRows)[];
  const rows = Object.fromEntries(kinds.map((kind) => [kind, a.rows[kind] + b.rows[kind]])) as PrunedRows;
  return { rows, bytes: a.bytes + b.bytes };
}

/** A query that Kysely's typed builder cannot write for a table that is only known at run time. */
export function raw<Row>(connection: StoreConnection, text: RawBuilder<Row>): Query<Row> {
  return compiled({ compile: () => text.compile(connection.dialect.builder) });
}

/** Bytes of these columns, summed over the rows. */
export function contentBytes(columns: readonly string[]): RawBuilder<number> {
  const sizes = columns.map((column) => sql`coalesce(octet_length(${sql.ref(column)}), 0)`);
  return sql<number>`coalesce(sum(${sql.join(sizes, sql` + `)}), 0)`;
}

/** All rows of a run but its own. */
export async function measureRun(connection: StoreConnection, runId: string): Promise<Measured> {
  let measured = nothing;
  for (const { table, content, counts, each = sql`1` } of runTables) {
    const counting = sql<{ rows: number; bytes: number }>`select coalesce(sum(${each}), 0) as "rows", ${contentBytes(content)} as bytes
      from ${sql.table(table)} where run_id = ${runId}`;
    const [row] = await readAll(connection, raw(connection, counting));
    if (row) measured = sum(measured, { rows: { ...nothing.rows, [counts]: row.rows }, bytes: row.bytes });
  }
  return measured;
}

export async function hasRows(connection: StoreConnection, runId: string): Promise<boolean> {
  const looks = runTables.map(({ table }) => sql`exists (select 1 from ${sql.table(table)} where run_id = ${runId})`);
  const [row] = await readAll(connection, raw(connection, sql<{ found: number }>`select 1 as found where ${sql.join(looks, sql` or `)}`));
  return row !== undefined;
}

/** Removes the first rows of the run from each table. */
export function removalOf(connection: StoreConnection, runId: string): readonly Statement[] {
  const verdicts = sql`delete from verdicts where proposal_id in (select id from proposals where run_id = ${runId})`;
  return [raw(connection, verdicts), ...runTables.map(({ table, key }) => removal(connection, { table, key, runId }))];
}

function removal(connection: StoreConnection, { table, key, runId }: { table: keyof StoreSchema; key: string; runId: string }): Statement {
  const [from, column] = [sql.table(table), sql.ref(key)];
  const first = sql`select ${column} from ${from} where run_id = ${runId} order by ${column} limit ${ROWS_PER_STATEMENT}`;
  return raw(connection, sql`delete from ${from} where run_id = ${runId} and ${column} in (${first})`);
}

// Tables whose rows go by their age alone: figures of agents and models, answers that may be taken again, messages.

import { sql } from 'kysely';
import { DAY_MS } from '#core/store/care/candidates.ts';
import { contentBytes, type Measured, nothing, raw, sum } from '#core/store/care/runTables.ts';
import type { Batch, StoreConnection } from '#core/store/connection.ts';
import { HOUR_MS } from '#core/store/figures/hours.ts';
import { compiled, readAll } from '#core/store/query.ts';
import type { PrunedRows, RetentionPolicy } from '#protocol/storeCare.ts';

interface DatedTable {
  readonly table: 'executions' | 'usage' | 'model_answers' | 'bus_events';
  readonly key: string;
  readonly at: string;
  readonly days: 'usageDays' | 'answersDays' | 'messagesDays';
  readonly counts: keyof PrunedRows;
  readonly content: readonly string[];
}

const datedTables: readonly DatedTable[] = [
  {
    table: 'executions',
    key: 'id',
    at: 'started_at',
    days: 'usageDays',
    counts: 'executions',
    content: ['agent', 'run_id', 'path', 'error'],
  },
  { table: 'usage', key: 'id', at: 'at', days: 'usageDays', counts: 'usage', content: ['run_id', 'path', 'agent', 'provider', 'model'] },
  { table: 'model_answers', key: 'key', at: 'at', days: 'answersDays', counts: 'answers', content: ['key', 'provider', 'model', 'data'] },
  { table: 'bus_events', key: 'position', at: 'at', days: 'messagesDays', counts: 'messages', content: ['type', 'payload'] },
];

const ROWS_PER_BATCH = 1_000;

/** What is older than the policy keeps; removes it, batch by batch, unless this is a dry run. */
export async function pruneDated(
  connection: StoreConnection,
  policy: RetentionPolicy,
  { now, dryRun }: { readonly now: number; readonly dryRun: boolean },
): Promise<Measured> {
  let measured = nothing;
  for (const { table, key, at, days, counts, content } of datedTables) {
    const keepDays = policy[days];
    if (keepDays === null) continue;
    const old = sql`${sql.ref(at)} < ${now - keepDays * DAY_MS}`;
    const counting = sql<{ rows: number; bytes: number }>`select count(*) as "rows", ${contentBytes(content)} as bytes
      from ${sql.table(table)} where ${old}`;
    const [found] = await readAll(connection, raw(connection, counting));
    const rows = found?.rows ?? 0;
    measured = sum(measured, { rows: { ...nothing.rows, [counts]: rows }, bytes: found?.bytes ?? 0 });
    if (dryRun) continue;
    const batch = sql`delete from ${sql.table(table)} where ${sql.ref(key)} in
      (select ${sql.ref(key)} from ${sql.table(table)} where ${old} order by ${sql.ref(key)} limit ${ROWS_PER_BATCH})`;
    for (let left = rows; left > 0; left -= ROWS_PER_BATCH) await connection.commit([raw(connection, batch)]);
  }
  if (!dryRun && policy.usageDays !== null) await connection.commit(sumsBefore(connection, now - policy.usageDays * DAY_MS));
  return measured;
}

/** The sums of what goes by its age go with it. */
function sumsBefore(connection: StoreConnection, at: number): Batch {
  const { builder } = connection.dialect;
  const hour = Math.floor(at / HOUR_MS);
  return [
    compiled(builder.deleteFrom('run_ends').where('ended_at', '<', at)),
    compiled(builder.deleteFrom('agent_hours').where('hour', '<', hour)),
    compiled(builder.deleteFrom('error_hours').where('hour', '<', hour)),
  ];
}

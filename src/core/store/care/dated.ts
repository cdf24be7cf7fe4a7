// Tables whose rows go by their age alone: figures of agents and models.

import { sql } from 'kysely';
import { DAY_MS } from '#core/store/care/candidates.ts';
import { contentBytes, type Measured, nothing, raw, sum } from '#core/store/care/runTables.ts';
import type { Batch, StoreConnection } from '#core/store/connection.ts';
import { HOUR_MS } from '#core/store/figures/hours.ts';
import { compiled, readAll } from '#core/store/query.ts';
import type { RetentionPolicy } from '#protocol/storeCare.ts';

interface DatedTable {
  readonly table: 'executions' | 'usage';
  readonly at: string;
  readonly content: readonly string[];
}

const datedTables: readonly DatedTable[] = [
  { table: 'executions', at: 'started_at', content: ['agent', 'run_id', 'path', 'error'] },
  { table: 'usage', at: 'at', content: ['run_id', 'path', 'agent', 'provider', 'model'] },
];

const ROWS_PER_BATCH = 1_000;

/** What is older than the policy keeps; removes it, batch by batch, unless this is a dry run. */
export async function pruneDated(
  connection: StoreConnection,
  policy: RetentionPolicy,
  { now, dryRun }: { readonly now: number; readonly dryRun: boolean },
): Promise<Measured> {
  let measured = nothing;
  if (policy.usageDays === null) return measured;
  for (const { table, at, content } of datedTables) {
    const old = sql`${sql.ref(at)} < ${now - policy.usageDays * DAY_MS}`;
    const counting = sql<{ rows: number; bytes: number }>`select count(*) as "rows", ${contentBytes(content)} as bytes
      from ${sql.table(table)} where ${old}`;
    const [found] = await readAll(connection, raw(connection, counting));
    const rows = found?.rows ?? 0;
    measured = sum(measured, { rows: { ...nothing.rows, [table]: rows }, bytes: found?.bytes ?? 0 });
    if (dryRun) continue;
    const batch = sql`delete from ${sql.table(table)} where id in
      (select id from ${sql.table(table)} where ${old} order by id limit ${ROWS_PER_BATCH})`;
    for (let left = rows; left > 0; left -= ROWS_PER_BATCH) await connection.commit([raw(connection, batch)]);
  }
  if (!dryRun) await connection.commit(sumsBefore(connection, now - policy.usageDays * DAY_MS));
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

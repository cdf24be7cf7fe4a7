// What model calls used, summed by the database: one row for each run, step, agent, model and day.

import { sql } from 'kysely';
import type { StoreConnection } from '#core/store/connection.ts';
import { compiled, readAll } from '#core/store/query.ts';
import type { CostsRepository } from '#core/store/store.ts';

const DAY_MS = 86_400_000;
/** Below what a database takes as parameters of one statement. */
const IDS_AT_ONCE = 500;

export function createCostsRepository(connection: StoreConnection): CostsRepository {
  const { builder } = connection.dialect;
  const query = (since: number | undefined, runIds: readonly string[] | undefined) => {
    let base = builder.selectFrom('usage');
    if (since !== undefined) base = base.where('at', '>=', Math.round(since));
    if (runIds !== undefined) base = base.where('run_id', 'in', [...runIds]);
    const day = sql<number | string>`${sql.ref('at')} / ${sql.lit(DAY_MS)}`;
    return base
      .select((e) => [
        'run_id',
        'path',
        'agent',
        'provider',
        'model',
        day.as('day'),
        e.fn.countAll<number | string>().as('calls'),
        e.fn.sum<number | string | null>('input_tokens').as('input'),
        e.fn.sum<number | string | null>('cached_input_tokens').as('cached'),
        e.fn.sum<number | string | null>('output_tokens').as('output'),
        e.fn.sum<number | string | null>('cost_micro_usd').as('cost'),
        e.fn.count<number | string>('cost_micro_usd').as('priced'),
        sql<number | string>`sum(case when input_tokens is null or output_tokens is null then 1 else 0 end)`.as('uncounted'),
      ])
      .groupBy(['run_id', 'path', 'agent', 'provider', 'model', day])
      .orderBy('run_id')
      .orderBy('path');
  };
  return {
    async sums({ since, runIds } = {}) {
      const chunks = runIds === undefined ? [undefined] : chunked(runIds);
      const rows = await Promise.all(chunks.map((ids) => readAll(connection, compiled(query(since, ids)))));
      return rows.flat().map((row) => ({
        runId: row.run_id,
        path: row.path,
        agent: row.agent,
        provider: row.provider,
        model: row.model,
        dayAt: Number(row.day) * DAY_MS,
        calls: Number(row.calls),
        inputTokens: Number(row.input ?? 0),
        cachedInputTokens: Number(row.cached ?? 0),
        outputTokens: Number(row.output ?? 0),
        costMicroUsd: Number(row.cost ?? 0),
        unknownCost: Number(row.calls) - Number(row.priced),
        unknownTokens: Number(row.uncounted),
      }));
    },
  };
}

function chunked(ids: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(ids.length / IDS_AT_ONCE);
  return Array.from({ length: count }, (_, n) => ids.slice(n * IDS_AT_ONCE, (n + 1) * IDS_AT_ONCE));
}

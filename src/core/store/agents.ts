// What agents did: one row an execution, one row a model's usage, and the figures drawn from them.

import { sql } from 'kysely';
import type { ErrorView } from '#base/errors.ts';
import { raw } from '#core/store/care/runTables.ts';
import type { StoreConnection } from '#core/store/connection.ts';
import { hourStatements } from '#core/store/figures/hours.ts';
import { compiled, readAll } from '#core/store/query.ts';
import type { AgentsRepository, ExecutionRow } from '#core/store/store.ts';

/** `durationsMs` of stats holds at most this many, the latest ones. */
const STATS_WINDOW = 1_000;

type AgentStats = Awaited<ReturnType<AgentsRepository['stats']>>;

const NO_STATS: AgentStats = { executions: 0, succeeded: 0, failed: 0, durationsMs: [], last: null, lastFailure: null };

export function createAgentsRepository(connection: StoreConnection): AgentsRepository {
  const { builder } = connection.dialect;
  const hours = hourStatements(connection.dialect);

  return {
    async recordExecution(row) {
      const insert = builder.insertInto('executions').values({
        agent: row.agent,
        run_id: row.runId,
        path: row.path,
        started_at: Math.round(row.startedAt),
        duration_ms: row.durationMs,
        ok: row.ok ? 1 : 0,
        error: row.error === null ? null : JSON.stringify(row.error),
        capability: row.capability ?? null,
      });
      await connection.commit([compiled(insert), ...hours.execution(row)]);
    },

    async recordUsage(rows) {
      const inserts = rows.map((row) =>
        builder.insertInto('usage').values({
          run_id: row.runId,
          path: row.path,
          agent: row.agent,
          provider: row.provider,
          model: row.model,
          at: Math.round(row.at),
          input_tokens: row.inputTokens,
          cached_input_tokens: row.cachedInputTokens,
          output_tokens: row.outputTokens,
          cost_micro_usd: row.costMicroUsd,
        }),
      );
      if (inserts.length > 0)
        await connection.commit([...inserts.map((insert) => compiled(insert)), ...rows.map((row) => hours.usage(row))]);
    },

    async slots(agent, { since, slotMs }) {
      const rows = await readAll(
        connection,
        raw(
          connection,
          sql<{ slot: number; succeeded: number; failed: number }>`select (started_at - ${sql.lit(since)}) / ${sql.lit(slotMs)} as slot,
            sum(ok) as succeeded, count(*) - sum(ok) as failed from executions
            where agent = ${agent} and started_at >= ${since} group by 1`,
        ),
      );
      return new Map(rows.map(({ slot, succeeded, failed }) => [slot, { succeeded, failed }]));
    },

    stats: async (agent) => (await statsOf(connection, agent)).get(agent) ?? NO_STATS,
    statsAll: () => statsOf(connection),
  };
}

/** Of one agent, or of all that have executions. */
async function statsOf(connection: StoreConnection, agent?: string): Promise<ReadonlyMap<string, AgentStats>> {
  const { builder } = connection.dialect;
  const executions = agent === undefined ? builder.selectFrom('executions') : builder.selectFrom('executions').where('agent', '=', agent);
  const counts = executions
    .select(({ fn }) => ['agent', fn.countAll<number>().as('executions'), fn.sum<number>('ok').as('succeeded')])
    .groupBy('agent');
  const ranked = executions.select(['id', 'agent', 'duration_ms']).select(({ fn }) =>
    fn
      .agg<number>('row_number')
      .over((over) => over.partitionBy('agent').orderBy('id', 'desc'))
      .as('age'),
  );
  const durations = builder.selectFrom(ranked.as('ranked')).select(['agent', 'duration_ms']).where('age', '<=', STATS_WINDOW).orderBy('id');
  const newest = executions.select(({ fn }) => fn.max<number>('id').as('id')).groupBy('agent');
  const lasts = builder.selectFrom('executions').selectAll().where('id', 'in', newest);
  const failures = builder
    .selectFrom('executions')
    .selectAll()
    .where('id', 'in', newest.where('ok', '=', 0));

  const [counted, timed, last, lastFailure] = await Promise.all([
    readAll(connection, compiled(counts)),
    readAll(connection, compiled(durations)),
    readAll(connection, compiled(lasts)),
    readAll(connection, compiled(failures)),
  ]);
  const durationsOf = new Map<string, number[]>();
  for (const row of timed) {
    const list = durationsOf.get(row.agent);
    if (list) list.push(row.duration_ms);
    else durationsOf.set(row.agent, [row.duration_ms]);
  }
  const lastOf = new Map(last.map((row) => [row.agent, toExecution(row)]));
  const failureOf = new Map(lastFailure.map((row) => [row.agent, toExecution(row)]));
  return new Map(
    counted.map((row) => [
      row.agent,
      {
        executions: row.executions,
        succeeded: row.succeeded,
        failed: row.executions - row.succeeded,
        durationsMs: durationsOf.get(row.agent) ?? [],
        last: lastOf.get(row.agent) ?? null,
        lastFailure: failureOf.get(row.agent) ?? null,
      },
    ]),
  );
}

interface StoredExecution {
  readonly agent: string;
  readonly run_id: string;
  readonly path: string;
  readonly started_at: number;
  readonly duration_ms: number;
  readonly ok: number;
  readonly error: string | null;
  readonly capability: string | null;
}

function toExecution(row: StoredExecution): ExecutionRow {
  return {
    agent: row.agent,
    runId: row.run_id,
    path: row.path,
    startedAt: row.started_at,
    durationMs: row.duration_ms,
    ok: row.ok === 1,
    error: row.error === null ? null : (JSON.parse(row.error) as ErrorView),
    ...(row.capability !== null && { capability: row.capability }),
  };
}

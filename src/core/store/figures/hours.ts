// What agents did, hour by hour: kept beside their executions and calls, in the same commit, so that figures over months need
// not read every one of them.

import { sql } from 'kysely';
import type { Statement } from '#core/store/connection.ts';
import type { SqlDialect } from '#core/store/dialect.ts';
import { compiled } from '#core/store/query.ts';
import type { ExecutionRow, UsageRow } from '#core/store/store.ts';

export const HOUR_MS = 3_600_000;

interface AgentError {
  readonly agent: string;
  readonly runId: string;
  /** Epoch ms. */
  readonly at: number;
  readonly code: string;
}

const counted = [
  'executions',
  'succeeded',
  'duration_ms',
  'calls',
  'unpriced',
  'cost_micro_usd',
  'input_tokens',
  'cached_input_tokens',
  'output_tokens',
  'uncounted',
] as const;
type Counts = { readonly [K in (typeof counted)[number]]?: number };

export interface HourStatements {
  execution(row: ExecutionRow): readonly Statement[];
  usage(row: UsageRow): Statement;
  error(error: AgentError): Statement;
}

export function hourStatements({ builder }: SqlDialect): HourStatements {
  const compile = (query: ReturnType<typeof sql>): Statement => compiled({ compile: () => query.compile(builder) });
  const workflowOf = (runId: string) => sql`coalesce((select workflow from runs where id = ${runId}), '')`;

  const add = (place: Pick<AgentError, 'agent' | 'runId' | 'at'>, counts: Counts): Statement => {
    const columns = sql.join(counted.map((column) => sql.ref(column)));
    const values = sql.join(counted.map((column) => sql`${counts[column] ?? 0}`));
    const sums = sql.join(counted.map((column) => sql`${sql.ref(column)} = agent_hours.${sql.ref(column)} + excluded.${sql.ref(column)}`));
    return compile(sql`insert into agent_hours (hour, agent, workflow, ${columns})
      values (${Math.floor(place.at / HOUR_MS)}, ${place.agent}, ${workflowOf(place.runId)}, ${values})
      on conflict (hour, agent, workflow) do update set ${sums}`);
  };

  const error = ({ agent, runId, at, code }: AgentError): Statement =>
    compile(sql`insert into error_hours (hour, agent, workflow, code, errors, last_at)
      values (${Math.floor(at / HOUR_MS)}, ${agent}, ${workflowOf(runId)}, ${code}, 1, ${Math.round(at)})
      on conflict (hour, agent, workflow, code) do update set errors = error_hours.errors + 1,
      last_at = case when excluded.last_at > error_hours.last_at then excluded.last_at else error_hours.last_at end`);

  return {
    error,
    execution(row) {
      const place = { agent: row.agent, runId: row.runId, at: row.startedAt };
      const counts = { executions: 1, succeeded: row.ok ? 1 : 0, duration_ms: row.durationMs };
      return [add(place, counts), ...(row.ok ? [] : [error({ ...place, code: row.error?.code ?? 'unknown' })])];
    },
    usage: (row) =>
      add(row, {
        calls: 1,
        unpriced: row.costMicroUsd === null ? 1 : 0,
        cost_micro_usd: row.costMicroUsd ?? 0,
        input_tokens: row.inputTokens ?? 0,
        cached_input_tokens: row.cachedInputTokens ?? 0,
        output_tokens: row.outputTokens ?? 0,
        uncounted: row.inputTokens === null || row.outputTokens === null ? 1 : 0,
      }),
  };
}

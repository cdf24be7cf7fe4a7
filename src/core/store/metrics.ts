// The rows that figures are drawn from, grouped by the database as far as it can: counts and sums by place and time, durations
// one by one, because a percentile needs them.

import { type RawBuilder, sql } from 'kysely';
import { raw } from '#core/store/care/runTables.ts';
import { HOUR_MS } from '#core/store/figures/hours.ts';
import type { StoreConnection } from '#core/store/connection.ts';
import { readAll, readFirst } from '#core/store/query.ts';

export interface MetricsWindow {
  /** Epoch ms; the first included, the second not. */
  readonly since: number;
  readonly until: number;
  readonly workflow: string | null;
  readonly agent: string | null;
  /** A multiple of an hour; buckets begin at `since`. */
  readonly bucketMs: number;
}

export interface EndedGroup {
  readonly workflow: string;
  readonly runtime: string;
  readonly status: string;
  readonly bucket: number;
  readonly runs: number;
  readonly retries: number;
  /** Of each run, ms, in no order. */
  readonly durations: readonly number[];
}

export interface HourGroup {
  readonly agent: string;
  readonly workflow: string;
  readonly bucket: number;
  readonly executions: number;
  readonly succeeded: number;
  readonly ms: number;
  readonly calls: number;
  readonly unpriced: number;
  readonly cost: number;
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly uncounted: number;
}

export interface ErrorGroup {
  readonly agent: string;
  readonly code: string;
  readonly bucket: number;
  readonly errors: number;
  readonly lastAt: number;
}

/** Runs that ended at most `ms` and more than the ring before ago. */
export interface SloRing {
  readonly ring: number;
  readonly ended: number;
  readonly bad: number;
  readonly slow: number;
  readonly priced: number;
  readonly dear: number;
}

export interface MetricsRepository {
  ended(window: MetricsWindow): Promise<readonly EndedGroup[]>;
  hours(window: MetricsWindow): Promise<readonly HourGroup[]>;
  errors(window: MetricsWindow): Promise<readonly ErrorGroup[]>;
  /** In whole ms and no order; of the newest executions of the window, `limit` at most. */
  executionTimes(window: MetricsWindow, limit: number): Promise<ReadonlyMap<string, readonly number[]>>;
  /** `rings`: how long ago each ends, ms, shortest first; `limits`: what is slow (ms) and what is dear (micro US dollars). */
  rings(
    window: Pick<MetricsWindow, 'until' | 'workflow' | 'agent'>,
    rings: readonly number[],
    limits: { readonly ms: number; readonly microUsd: number },
  ): Promise<readonly SloRing[]>;
  system(window: MetricsWindow): Promise<{ readonly openings: number; readonly messages: number }>;
  /** What the run took; null while it has not ended. */
  end(runId: string): Promise<RunEnd | null>;
}

export interface RunEnd {
  readonly workflow: string;
  readonly status: string;
  readonly ms: number;
  readonly calls: number;
  readonly unpriced: number;
  readonly cost: number;
  readonly tokens: number;
}

export function createMetricsRepository(connection: StoreConnection): MetricsRepository {
  const { listOf } = connection.dialect;
  const all = <Row>(query: RawBuilder<Row>): Promise<readonly Row[]> => readAll(connection, raw(connection, query));
  return {
    async ended(window) {
      const groups = await all(sql<Listed<EndedGroup>>`select workflow, runtime, status, ${bucketOf('ended_at', window)} as bucket,
        count(*) as runs, sum(retries) as retries, ${listOf(sql`duration_ms`)} as list
        from run_ends where ${endedIn(window)} group by 1, 2, 3, 4`);
      return groups.map(({ list, ...group }) => ({ ...group, durations: numbers(list) }));
    },
    hours: (window) =>
      all(sql<HourGroup>`select agent, workflow, ${bucketOfHour(window)} as bucket, sum(executions) as executions,
        sum(succeeded) as succeeded, sum(duration_ms) as ms, sum(calls) as calls, sum(unpriced) as unpriced,
        sum(cost_micro_usd) as cost, sum(input_tokens) as input, sum(cached_input_tokens) as cached,
        sum(output_tokens) as output, sum(uncounted) as uncounted
        from agent_hours where ${inHours(window)} group by 3, 1, 2`),
    errors: (window) =>
      all(sql<ErrorGroup>`select agent, code, ${bucketOfHour(window)} as bucket, sum(errors) as errors, max(last_at) as "lastAt"
        from error_hours where ${inHours(window)} group by 1, 2, 3`),
    async executionTimes({ since, until, workflow, agent }, limit) {
      const own = agent === null ? sql`1 = 1` : sql`agent = ${agent}`;
      const theirs = workflow === null ? sql`1 = 1` : sql`run_id in (select id from runs where workflow = ${workflow})`;
      const found = await all(sql<{ agent: string; list: string | null }>`select agent, ${listOf(sql`cast(duration_ms as integer)`)} as list
        from (select agent, duration_ms, started_at from executions
          where ${own} and ${theirs} and started_at < ${until} order by id desc limit ${limit}) as newest
        where started_at >= ${since} group by agent`);
      return new Map(found.map((row) => [row.agent, numbers(row.list)]));
    },
    rings(window, rings, { ms, microUsd }) {
      const ring = sql.join(
        rings.map((ago, index) => sql`when ended_at >= ${window.until - ago} then ${sql.lit(index)}`),
        sql` `,
      );
      const since = window.until - (rings.at(-1) ?? 0);
      return all(sql<SloRing>`select case ${ring} end as ring, count(*) as ended,
        sum(case when status = 'completed' then 0 else 1 end) as bad,
        sum(case when duration_ms > ${ms} then 1 else 0 end) as slow,
        sum(case when unpriced = 0 then 1 else 0 end) as priced,
        sum(case when unpriced = 0 and cost_micro_usd > ${microUsd} then 1 else 0 end) as dear
        from run_ends where ${endedIn({ ...window, since })} and status <> 'cancelled' group by 1`);
    },
    async system({ since, until }) {
      const row = await readFirst(
        connection,
        raw(
          connection,
          sql<{ openings: number; messages: number }>`select
            (select count(*) from audit where action = 'breaker.open' and at >= ${since} and at < ${until}) as openings,
            (select count(*) from bus_events where at >= ${since} and at < ${until}) as messages`,
        ),
      );
      return row ?? { openings: 0, messages: 0 };
    },
    end: (runId) =>
      readFirst(
        connection,
        raw(
          connection,
          sql<RunEnd>`select workflow, status, duration_ms as ms, calls, unpriced, cost_micro_usd as cost, tokens
            from run_ends where run_id = ${runId}`,
        ),
      ),
  };
}

type Listed<Group extends { readonly durations: unknown }> = Omit<Group, 'durations'> & { readonly list: string | null };

const numbers = (list: string | null): readonly number[] => (list === null ? [] : list.split(',').map(Number));

type Filter = Pick<MetricsWindow, 'since' | 'until' | 'workflow' | 'agent'>;

function endedIn({ since, until, workflow, agent }: Filter): RawBuilder<unknown> {
  const parts = [sql`ended_at >= ${since} and ended_at < ${until}`];
  if (workflow !== null) parts.push(sql`workflow = ${workflow}`);
  if (agent !== null) parts.push(sql`exists (select 1 from executions e where e.run_id = run_ends.run_id and e.agent = ${agent})`);
  return sql.join(parts, sql` and `);
}

function inHours({ since, until, workflow, agent }: Filter): RawBuilder<unknown> {
  const parts = [sql`hour >= ${Math.floor(since / HOUR_MS)} and hour < ${Math.ceil(until / HOUR_MS)}`];
  if (workflow !== null) parts.push(sql`workflow = ${workflow}`);
  if (agent !== null) parts.push(sql`agent = ${agent}`);
  return sql.join(parts, sql` and `);
}

function bucketOf(column: string, { since, bucketMs }: MetricsWindow): RawBuilder<unknown> {
  return sql`(${sql.ref(column)} - ${sql.lit(since)}) / ${sql.lit(bucketMs)}`;
}

function bucketOfHour({ since, bucketMs }: MetricsWindow): RawBuilder<unknown> {
  return sql`(hour - ${sql.lit(since / HOUR_MS)}) / ${sql.lit(bucketMs / HOUR_MS)}`;
}

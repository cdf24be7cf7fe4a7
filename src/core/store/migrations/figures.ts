// How runs ended, what agents did in each hour, which capability an execution used, and what feedback counts for. Drawn from
// the rows that are there in the same commit. Never edit an applied migration.

import { sql } from 'kysely';
import type { ErrorView } from '#base/errors.ts';
import { raw } from '#core/store/care/runTables.ts';
import { hourStatements } from '#core/store/figures/hours.ts';
import { runEndStatement } from '#core/store/figures/runEnds.ts';
import { createTable, dropTable, type TableSpec } from '#core/store/migrations/ddl.ts';
import type { Migration } from '#core/store/migrations/migration.ts';
import { compiled, readAll } from '#core/store/query.ts';
import type { RunRow } from '#core/store/store.ts';

const tables: readonly TableSpec[] = [
  {
    name: 'run_ends',
    key: ['run_id'],
    columns: {
      run_id: 'text',
      workflow: 'text',
      runtime: 'text',
      status: 'text',
      ended_at: 'integer',
      duration_ms: 'integer',
      retries: 'integer',
      calls: 'integer',
      unpriced: 'integer',
      cost_micro_usd: 'integer',
      tokens: 'integer',
    },
    indexes: [['ended_at']],
  },
  {
    name: 'agent_hours',
    key: ['hour', 'agent', 'workflow'],
    clustered: true,
    columns: {
      hour: 'integer',
      agent: 'text',
      workflow: 'text',
      executions: 'integer',
      succeeded: 'integer',
      duration_ms: 'real',
      calls: 'integer',
      unpriced: 'integer',
      cost_micro_usd: 'integer',
      input_tokens: 'integer',
      cached_input_tokens: 'integer',
      output_tokens: 'integer',
      uncounted: 'integer',
    },
  },
  {
    name: 'error_hours',
    key: ['hour', 'agent', 'workflow', 'code'],
    clustered: true,
    columns: { hour: 'integer', agent: 'text', workflow: 'text', code: 'text', errors: 'integer', last_at: 'integer' },
  },
  {
    name: 'feedback_shares',
    key: ['feedback_id', 'agent', 'capability'],
    clustered: true,
    columns: { feedback_id: 'text', agent: 'text', capability: 'text', good: 'integer', share: 'real' },
    indexes: [['agent']],
  },
];

const BY_RUN = 'executions_by_run_id_agent';

export const figures: Migration = {
  id: 9,
  name: 'figures',
  up: (dialect) => [
    ...tables.flatMap((table) => createTable(dialect, table)),
    dialect.builder.schema
      .alterTable('executions')
      .addColumn('capability', dialect.columnTypes.text as never)
      .compile(),
    dialect.builder.schema.createIndex(BY_RUN).on('executions').columns(['run_id', 'agent']).compile(),
  ],
  async fill(connection) {
    const { builder } = connection.dialect;
    const ended = builder.selectFrom('runs').select('summary').where('status', 'in', ['completed', 'partial', 'failed', 'cancelled']);
    const failed = builder.selectFrom('executions').select(['agent', 'run_id', 'started_at', 'error']).where('ok', '=', 0);
    const [runs, errors] = await Promise.all([readAll(connection, compiled(ended)), readAll(connection, compiled(failed))]);
    const hours = hourStatements(connection.dialect);
    const workflow = sql`coalesce((select workflow from runs where id = run_id), '')`;
    return [
      raw(
        connection,
        sql`insert into agent_hours select started_at / 3600000, agent, ${workflow}, count(*), sum(ok), sum(duration_ms),
          0, 0, 0, 0, 0, 0, 0 from executions group by 1, 2, 3`,
      ),
      raw(
        connection,
        sql`insert into agent_hours select at / 3600000, agent, ${workflow}, 0, 0, 0, count(*), count(*) - count(cost_micro_usd),
          coalesce(sum(cost_micro_usd), 0), coalesce(sum(input_tokens), 0), coalesce(sum(cached_input_tokens), 0),
          coalesce(sum(output_tokens), 0), sum(case when input_tokens is null or output_tokens is null then 1 else 0 end)
          from usage where true group by 1, 2, 3
          on conflict (hour, agent, workflow) do update set calls = excluded.calls, unpriced = excluded.unpriced,
          cost_micro_usd = excluded.cost_micro_usd, input_tokens = excluded.input_tokens,
          cached_input_tokens = excluded.cached_input_tokens, output_tokens = excluded.output_tokens, uncounted = excluded.uncounted`,
      ),
      ...errors.map(({ agent, run_id, started_at, error }) =>
        hours.error({ agent, runId: run_id, at: started_at, code: error === null ? 'unknown' : (JSON.parse(error) as ErrorView).code }),
      ),
      ...runs.map(({ summary }) => {
        const run = JSON.parse(summary) as RunRow;
        const startedAt = sql`(select min(started_at) from tasks where run_id = ${run.id})`;
        const retries = sql`(select coalesce(sum(attempt - 1), 0) from tasks where run_id = ${run.id} and attempt > 1)`;
        return runEndStatement(connection.dialect, run, { startedAt, retries });
      }),
    ];
  },
  down: (dialect) => [
    ...tables.map((table) => dropTable(dialect, table)),
    dialect.builder.schema.dropIndex(BY_RUN).compile(),
    dialect.builder.schema.alterTable('executions').dropColumn('capability').compile(),
  ],
};

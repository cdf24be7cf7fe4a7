// How a run ended, in one row, written in the commit of its end: figures over many runs read no events.

import { type RawBuilder, sql } from 'kysely';
import type { Statement } from '#core/store/connection.ts';
import type { SqlDialect } from '#core/store/dialect.ts';
import { compiled } from '#core/store/query.ts';
import { noSteps, type StepFigures } from '#core/store/figures/stepFigures.ts';
import type { RunAppend, RunRow } from '#core/store/store.ts';
import type { RunEvent } from '#protocol/runEvents.ts';

const ENDS: ReadonlySet<RunEvent['type']> = new Set(['run.completed', 'run.partial', 'run.failed', 'run.cancelled']);
/** What makes a run that has ended go on. */
const ONWARDS: ReadonlySet<RunEvent['type']> = new Set(['run.resumed', 'run.rewound']);

export function endsRun(events: readonly RunEvent[]): boolean {
  return events.some(({ type }) => ENDS.has(type));
}

/** To be the last of the append: it reads the run's calls. `steps`: of the whole run, when it ends. */
export function runEndStatements(
  dialect: SqlDialect,
  append: Pick<RunAppend, 'events' | 'summary'> & { readonly steps: StepFigures | null },
): readonly Statement[] {
  const { events, summary, steps } = append;
  const last = events.findLast(({ type }) => ENDS.has(type) || ONWARDS.has(type));
  if (last === undefined) return [];
  if (ENDS.has(last.type)) return [runEndStatement(dialect, summary, steps ?? noSteps())];
  return [compiled(dialect.builder.deleteFrom('run_ends').where('run_id', '=', summary.id))];
}

/** Its time counts from the start of its first step: before that it waited for its place. The figures may be SQL. */
export function runEndStatement(
  { builder }: SqlDialect,
  run: RunRow,
  steps: { readonly startedAt: RawBuilder<unknown> | number | null; readonly retries: RawBuilder<unknown> | number },
): Statement {
  const { id, workflow, runtime, status } = run;
  const endedAt = Math.round(run.endedAt ?? run.createdAt);
  const startedAt = sql`coalesce(${steps.startedAt}, ${Math.round(run.createdAt)})`;
  const query = sql`insert into run_ends
    select ${id}, ${workflow}, ${runtime}, ${status}, ${endedAt}, ${endedAt} - ${startedAt},
      ${steps.retries},
      count(*), count(*) - count(cost_micro_usd), coalesce(sum(cost_micro_usd), 0),
      coalesce(sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)), 0)
    from usage where run_id = ${id}
    on conflict (run_id) do update set status = excluded.status, ended_at = excluded.ended_at, duration_ms = excluded.duration_ms,
      retries = excluded.retries, calls = excluded.calls, unpriced = excluded.unpriced,
      cost_micro_usd = excluded.cost_micro_usd, tokens = excluded.tokens`;
  return compiled({ compile: () => query.compile(builder) });
}

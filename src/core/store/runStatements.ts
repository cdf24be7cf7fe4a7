// The statements that make one append: the run's row, its events, and what lists need that cannot be read from them.

import { sql } from 'kysely';
import type { Statement } from '#core/store/connection.ts';
import type { SqlDialect } from '#core/store/dialect.ts';
import { deadLetterStatements } from '#core/store/deadLetters.ts';
import { eventRows } from '#core/store/eventRows.ts';
import { runEndStatements } from '#core/store/figures/runEnds.ts';
import { addSteps, noSteps, type StepFigures } from '#core/store/figures/stepFigures.ts';
import { prepared } from '#core/store/query.ts';
import { FINISHED } from '#core/store/runPages.ts';
import { headOf, progressOf } from '#core/store/runRows.ts';
import type { StoreSchema } from '#core/store/schema.ts';
import type { RunAppend, RunRow } from '#core/store/store.ts';
import type { RunEvent } from '#protocol/runEvents.ts';

/** What is stored already and need not be written or looked up again: the heads of runs by id, and definitions by hash. */
export class Written {
  readonly heads = new Map<string, string>();
  readonly workflows = new Set<string>();
  readonly #steps = new Map<string, StepFigures>();
  /** By run: its last event, or the newest append under way, until which nobody knows. */
  readonly #last = new Map<string, number | RunAppend>();

  /** To be called before each append: whether the events before it are known to be the run's last. */
  follows(append: RunAppend): boolean {
    const last = this.#last.get(append.runId);
    this.#last.set(append.runId, append);
    return typeof last === 'number' && append.events[0]?.seq === last + 1;
  }

  /** The append is durable. */
  acknowledged(append: RunAppend): void {
    const { runId, summary } = append;
    if (FINISHED.includes(summary.status)) this.ended(runId);
    else if (this.#last.get(runId) === append) this.#last.set(runId, summary.lastSeq);
  }

  /** The figures of the run's steps with this append; null for a run that did not begin here: its events say. */
  stepsWith({ runId, events }: RunAppend): StepFigures | null {
    if (events[0]?.seq === 1) this.#steps.set(runId, noSteps());
    const steps = this.#steps.get(runId);
    return steps === undefined ? null : addSteps(steps, events);
  }

  ended(runId: string): void {
    this.heads.delete(runId);
    this.#steps.delete(runId);
    this.#last.delete(runId);
  }

  /** After an append that failed. */
  forget({ runId, events }: RunAppend): void {
    this.ended(runId);
    for (const event of events) if (event.type === 'run.created') this.workflows.delete(event.definitionHash);
  }
}

/**
 * Compiles once; the result turns an append into its batch. One of its statements fails when `seq` does not fit. `steps` are those
 * of the whole run, this append included, when it ends the run.
 */
export function createAppendStatements(
  dialect: SqlDialect,
  written: Written,
): (append: RunAppend, steps: StepFigures | null) => readonly Statement[] {
  const { heads, workflows } = written;
  const statements = compileStatements(dialect);
  const deadLetters = deadLetterStatements(dialect);
  return (append, steps) => {
    const { runId, events, summary } = append;
    const isKnownToFollow = written.follows(append);
    const [first, ...rest] = eventRows(runId, events, progressOf(summary));
    const batch: Statement[] = [];
    const head = headOf(summary);
    const isNew = first?.first_seq === 1;
    if (isNew || heads.get(runId) !== head) {
      const row = toRow(summary, head);
      batch.push({ ...(isNew ? statements.createRun(row) : statements.updateRun(row)), mustChange: 1 });
      heads.set(runId, head);
    }
    if (first && (isNew || isKnownToFollow)) batch.push(statements.addEvents(first));
    else if (first) batch.push({ ...statements.goOn({ ...first, previous: first.first_seq - 1 }), mustChange: 1 });
    for (const row of rest) batch.push(statements.addEvents(row));
    for (const event of events) batch.push(...ofEvent(event));
    batch.push(...runEndStatements(dialect, { events, summary, steps }));
    return batch;
  };

  function ofEvent(event: RunEvent): readonly Statement[] {
    const rows: Statement[] = [...deadLetters(event)];
    if (event.type === 'run.created' && !workflows.has(event.definitionHash)) {
      const { definitionHash: hash, workflow: name, definition } = event;
      workflows.add(hash);
      rows.push(statements.addWorkflow({ hash, name, definition: JSON.stringify(definition), first_used_at: Math.round(event.at) }));
    }
    return rows;
  }
}

type Tables = StoreSchema;

function compileStatements({ builder }: SqlDialect) {
  return {
    createRun: prepared<Tables['runs']>((p) =>
      builder
        .insertInto('runs')
        .values({ ...pick(p, 'id', 'workflow', 'status', 'created_at', 'last_seq', 'idempotency_key', 'summary') })
        .onConflict((conflict) => conflict.doNothing()),
    ),
    updateRun: prepared<Tables['runs']>((p) =>
      builder
        .updateTable('runs')
        .set({ ...pick(p, 'status', 'last_seq', 'summary') })
        .where('id', '=', p.id),
    ),
    addEvents: prepared<Tables['event_batches']>((p) =>
      builder.insertInto('event_batches').values({ ...pick(p, 'run_id', 'first_seq', 'last_seq', 'progress', 'data') }),
    ),
    /** Nothing unless `previous` is the run's last event. Twice as fast as a comparison with the greatest number. */
    goOn: prepared<Tables['event_batches'] & { previous: number }>((p) => ({
      compile: () =>
        sql`insert into event_batches (run_id, first_seq, last_seq, progress, data)
          select ${p.run_id}, ${p.first_seq}, ${p.last_seq}, ${p.progress}, ${p.data}
          where exists (select 1 from event_batches where run_id = ${p.run_id} and last_seq = ${p.previous})
            and not exists (select 1 from event_batches where run_id = ${p.run_id} and last_seq > ${p.previous})`.compile(builder),
    })),
    addWorkflow: prepared<Tables['workflows']>((p) =>
      builder
        .insertInto('workflows')
        .values({ ...pick(p, 'hash', 'name', 'definition', 'first_used_at') })
        .onConflict((conflict) => conflict.doNothing()),
    ),
  };
}

/** Placeholders answer to any name but list none, so the columns are named. */
function pick<T extends object, K extends keyof T>(slots: T, ...columns: K[]): Pick<T, K> {
  return Object.fromEntries(columns.map((column) => [column, slots[column]])) as Pick<T, K>;
}

function toRow(summary: RunRow, head: string): Tables['runs'] {
  return {
    id: summary.id,
    workflow: summary.workflow,
    status: summary.status,
    created_at: Math.round(summary.createdAt),
    last_seq: summary.lastSeq,
    idempotency_key: summary.idempotencyKey,
    summary: head,
  };
}

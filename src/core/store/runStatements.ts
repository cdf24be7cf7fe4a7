// The statements that make one append: the run's row, its events, and the rows projected from them.

import type { Statement } from '#core/store/connection.ts';
import type { SqlDialect } from '#core/store/dialect.ts';
import { deadLetterStatements } from '#core/store/deadLetters.ts';
import { runEndStatements } from '#core/store/figures/runEnds.ts';
import { checkpointOf, mergedTaskChanges, type TaskChange } from '#core/store/projection.ts';
import { displayText, prepared } from '#core/store/query.ts';
import type { StoreSchema } from '#core/store/schema.ts';
import type { RunAppend, RunRow } from '#core/store/store.ts';
import type { RunEvent } from '#protocol/runEvents.ts';

/** Compiles once; the result turns an append into its batch. Its first statement is the one that fails when `seq` does not fit. */
export function createAppendStatements(dialect: SqlDialect): (append: RunAppend) => readonly Statement[] {
  const statements = compileStatements(dialect);
  const deadLetters = deadLetterStatements(dialect);
  return (append) => {
    const first = append.events[0]?.seq ?? append.summary.lastSeq + 1;
    const row = toRow(append.summary);
    const head = first === 1 ? statements.createRun(row) : statements.updateRun({ ...row, previous: first - 1 });
    const tasks = mergedTaskChanges(append.events).map((change) => statements.setTask({ run_id: append.runId, ...toTask(change) }));
    const end = runEndStatements(dialect, append.events, append.summary);
    return [{ ...head, mustChange: 1 }, ...append.events.flatMap((event) => ofEvent(event)), ...tasks, ...end];
  };

  function ofEvent(event: RunEvent): readonly Statement[] {
    const { runId: run_id, seq, at, type } = event;
    const rows: Statement[] = [statements.addEvent({ run_id, seq, at: Math.round(at), type, data: JSON.stringify(event) })];
    rows.push(...deadLetters(event));
    const checkpoint = checkpointOf(event);
    if (checkpoint) rows.push(statements.addCheckpoint({ run_id, ...checkpoint, at: Math.round(checkpoint.at) }));
    if (event.type === 'run.created') {
      const { definitionHash: hash, workflow: name, definition } = event;
      rows.push(statements.addWorkflow({ hash, name, definition: JSON.stringify(definition), first_used_at: Math.round(at) }));
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
    updateRun: prepared<Tables['runs'] & { previous: number }>((p) =>
      builder
        .updateTable('runs')
        .set({ ...pick(p, 'status', 'last_seq', 'summary') })
        .where('id', '=', p.id)
        .where('last_seq', '=', p.previous),
    ),
    addEvent: prepared<Tables['events']>((p) => builder.insertInto('events').values({ ...pick(p, 'run_id', 'seq', 'at', 'type', 'data') })),
    setTask: prepared<Tables['tasks']>((p) =>
      builder
        .insertInto('tasks')
        .values({ ...pick(p, 'run_id', 'path', 'status', 'agent', 'attempt', 'started_at', 'ended_at', 'note') })
        .onConflict((conflict) =>
          conflict.columns(['run_id', 'path']).doUpdateSet((e) => ({
            status: e.ref('excluded.status'),
            agent: e.fn.coalesce(e.ref('excluded.agent'), e.ref('tasks.agent')),
            attempt: e.fn.coalesce(e.ref('excluded.attempt'), e.ref('tasks.attempt')),
            started_at: e.fn.coalesce(e.ref('excluded.started_at'), e.ref('tasks.started_at')),
            ended_at: e.ref('excluded.ended_at'),
            note: e.ref('excluded.note'),
          })),
        ),
    ),
    addCheckpoint: prepared<Tables['checkpoints']>((p) =>
      builder.insertInto('checkpoints').values({ ...pick(p, 'run_id', 'version', 'seq', 'at', 'path', 'status') }),
    ),
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

function toRow(summary: RunRow): Tables['runs'] {
  return {
    id: summary.id,
    workflow: summary.workflow,
    status: summary.status,
    created_at: Math.round(summary.createdAt),
    last_seq: summary.lastSeq,
    idempotency_key: summary.idempotencyKey,
    summary: JSON.stringify(summary),
  };
}

function toTask(change: TaskChange): Omit<Tables['tasks'], 'run_id'> {
  return {
    path: change.path,
    status: change.status,
    agent: change.agent,
    attempt: change.attempt,
    started_at: change.startedAt === null ? null : Math.round(change.startedAt),
    ended_at: change.endedAt === null ? null : Math.round(change.endedAt),
    note: change.note === null ? null : displayText(change.note),
  };
}

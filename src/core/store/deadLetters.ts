// Dead letters: rows drawn from the events of runs, and what people decide about them.

import { createHash } from 'node:crypto';
import type { StoreConnection } from '#core/store/connection.ts';
import type { SqlDialect } from '#core/store/dialect.ts';
import { pickOne, PREFIX_CANDIDATES, prefixEnd } from '#core/store/prefix.ts';
import { compiled, displayText, type Query, prepared, readAll, readFirst } from '#core/store/query.ts';
import type { StoreSchema } from '#core/store/schema.ts';
import type { DeadLettersRepository } from '#core/store/store.ts';
import type { DeadLetter } from '#protocol/deadLetter.ts';
import type { RunEvent } from '#protocol/runEvents.ts';

type Row = StoreSchema['dead_letters'];

/** The same for the same step of the same run: a step that fails again finds its letter. */
function letterId(runId: string, path: string): string {
  return `dlq_${createHash('sha256').update(`${runId}/${path}`).digest('hex').slice(0, 16)}`;
}

/** What an event does to dead letters: one that failed for good writes its own, a rewind settles those of its run. */
export function deadLetterStatements({ builder }: SqlDialect): (event: RunEvent) => readonly Query<unknown>[] {
  const write = prepared<Row>((p) =>
    builder
      .insertInto('dead_letters')
      .values({
        id: p.id,
        run_id: p.run_id,
        path: p.path,
        status: 'open',
        stage: p.stage,
        error: p.error,
        attempts: p.attempts,
        at: p.at,
        redrives: 0,
        note: null,
      })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((e) => ({
          status: e.ref('excluded.status'),
          stage: e.ref('excluded.stage'),
          error: e.ref('excluded.error'),
          attempts: e.ref('excluded.attempts'),
          at: e.ref('excluded.at'),
          note: e.ref('excluded.note'),
        })),
      ),
  );
  const redrive = prepared<{ id: string }>((p) =>
    builder
      .updateTable('dead_letters')
      .set((e) => ({ status: 'redriven', redrives: e('redrives', '+', 1) }))
      .where('id', '=', p.id),
  );
  const setAside = prepared<{ run_id: string }>((p) =>
    builder.updateTable('dead_letters').set({ status: 'setAside' }).where('run_id', '=', p.run_id).where('status', '=', 'open'),
  );
  return (event) => {
    const { runId: run_id, at } = event;
    if (event.type === 'step.deadLettered') {
      const { path, stage, attempts } = event;
      const error = JSON.stringify(event.error);
      const id = letterId(run_id, path);
      return [
        write({ id, run_id, path: displayText(path), stage, error, attempts, at: Math.round(at), status: '', redrives: 0, note: null }),
      ];
    }
    if (event.type !== 'run.rewound') return [];
    return [...(event.redrive === null ? [] : [redrive({ id: letterId(run_id, event.redrive) })]), setAside({ run_id })];
  };
}

export function createDeadLettersRepository(connection: StoreConnection): DeadLettersRepository {
  const { builder } = connection.dialect;
  const all = builder.selectFrom('dead_letters').selectAll();
  return {
    async get(id) {
      const row = await readFirst(connection, compiled(all.where('id', '=', id)));
      return row && toLetter(row);
    },

    async find(prefix) {
      if (prefix === '') return null;
      const starting = all.where('id', '>=', prefix).where('id', '<', prefixEnd(prefix)).orderBy('id').limit(PREFIX_CANDIDATES);
      return pickOne('deadLetter', prefix, (await readAll(connection, compiled(starting))).map(toLetter));
    },

    async list({ status, runId } = {}) {
      let query = all.orderBy('at', 'desc').orderBy('id');
      if (status !== undefined) query = query.where('status', '=', status);
      if (runId !== undefined) query = query.where('run_id', '=', runId);
      return (await readAll(connection, compiled(query))).map(toLetter);
    },

    async discard(id, note) {
      const row = await readFirst(connection, compiled(all.where('id', '=', id)));
      if (row?.status !== 'open') return false;
      const update = builder
        .updateTable('dead_letters')
        .set({ status: 'discarded', note: displayText(note) })
        .where('id', '=', id)
        .where('status', '=', 'open');
      await connection.commit([compiled(update)]);
      return true;
    },
  };
}

function toLetter(row: Row): DeadLetter {
  const { id, run_id: runId, path, attempts, at, redrives, note } = row;
  return {
    id,
    runId,
    path,
    status: row.status as DeadLetter['status'],
    stage: row.stage as DeadLetter['stage'],
    error: JSON.parse(row.error) as DeadLetter['error'],
    attempts,
    at,
    redrives,
    note,
  };
}

// Runs: events appended in order, and the rows that answer lists without replay.

import { hasCode } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import type { StoreConnection } from '#core/store/connection.ts';
import { storeConflict, storeDuplicateKey } from '#core/store/errors.ts';
import { pickOne, PREFIX_CANDIDATES, prefixEnd } from '#core/store/prefix.ts';
import { compiled, prepared, readAll, readFirst } from '#core/store/query.ts';
import { FINISHED, runPages } from '#core/store/runPages.ts';
import { createAppendStatements } from '#core/store/runStatements.ts';
import type { RunAppend, RunRow, RunSnapshot, RunsRepository } from '#core/store/store.ts';
import type { RunEvent } from '#protocol/runEvents.ts';
import type { CheckpointView } from '#protocol/runView.ts';

export function createRunsRepository(connection: StoreConnection): RunsRepository {
  const { dialect } = connection;
  const { builder } = dialect;
  const appendStatements = createAppendStatements(dialect);
  const byId = prepared<{ id: string }, { summary: string }>((p) => builder.selectFrom('runs').select('summary').where('id', '=', p.id));
  const byKey = prepared<{ key: string }, { summary: string }>((p) =>
    builder.selectFrom('runs').select('summary').where('idempotency_key', '=', p.key),
  );
  const startingWith = prepared<{ from: string; to: string }, { summary: string }>((p) =>
    builder.selectFrom('runs').select('summary').where('id', '>=', p.from).where('id', '<', p.to).orderBy('id').limit(PREFIX_CANDIDATES),
  );
  const checkpointsOf = prepared<{ id: string }, CheckpointView>((p) =>
    builder
      .selectFrom('checkpoints')
      .select(['version', 'seq', 'at', 'path', 'status'])
      .where('run_id', '=', p.id)
      .orderBy('version')
      .$castTo<CheckpointView>(),
  );
  const snapshotUpTo = prepared<{ id: string; seq: number }, RunSnapshot>((p) =>
    builder
      .selectFrom('snapshots')
      .select(['seq', 'format', 'state'])
      .where('run_id', '=', p.id)
      .where('seq', '<=', p.seq)
      .orderBy('seq', 'desc')
      .limit(1),
  );

  const effectOf = prepared<{ key: string }, { result: string }>((p) =>
    builder.selectFrom('effects').select('result').where('key', '=', p.key),
  );

  const rowOf = (found: { summary: string } | null): RunRow | null => (found ? (JSON.parse(found.summary) as RunRow) : null);
  const byIdempotencyKey = async (key: string): Promise<RunRow | null> => rowOf(await readFirst(connection, byKey({ key })));

  return {
    async append(batch) {
      checkContiguous(batch);
      try {
        await connection.commit(appendStatements(batch));
      } catch (error) {
        if (hasCode(error, 'store.conflict') && (await isStored(connection, batch))) return;
        const key = batch.events[0]?.seq === 1 ? batch.summary.idempotencyKey : null;
        const first = key !== null && hasCode(error, 'store.conflict') ? await byIdempotencyKey(key) : null;
        if (key !== null && first && first.id !== batch.runId) throw storeDuplicateKey({ key, runId: first.id });
        throw error;
      }
    },

    async events(runId, options = {}) {
      const { afterSeq = 0, limit, types } = options;
      let query = builder.selectFrom('events').select('data').where('run_id', '=', runId).where('seq', '>', afterSeq).orderBy('seq');
      if (types !== undefined) query = query.where('type', 'in', [...types]);
      const rows = await readAll(connection, compiled(limit === undefined ? query : query.limit(limit)));
      return rows.map((row) => JSON.parse(row.data) as RunEvent);
    },

    get: async (runId) => rowOf(await readFirst(connection, byId({ id: runId }))),

    async find(prefix) {
      if (prefix === '') return null;
      const rows = await readAll(connection, startingWith({ from: prefix, to: prefixEnd(prefix) }));
      return pickOne(
        'run',
        prefix,
        rows.map((row) => JSON.parse(row.summary) as RunRow),
      );
    },

    async list(options = {}) {
      const { limit, workflow, unfinished } = options;
      let query = builder.selectFrom('runs').select('summary').orderBy('created_at', 'desc').orderBy('id', 'desc');
      if (workflow !== undefined) query = query.where('workflow', '=', workflow);
      if (unfinished) query = query.where('status', 'not in', FINISHED);
      if (limit !== undefined) query = query.limit(limit);
      const rows = await readAll(connection, compiled(query));
      return rows.map((row) => JSON.parse(row.summary) as RunRow);
    },

    ...runPages(connection),

    byIdempotencyKey,

    checkpoints: (runId) => readAll(connection, checkpointsOf({ id: runId })),

    async effect(key) {
      const row = await readFirst(connection, effectOf({ key }));
      return row ? (JSON.parse(row.result) as Json) : undefined;
    },

    async recordEffect({ key, runId: run_id, at, result }) {
      const row = { key, run_id, at: Math.round(at), result: JSON.stringify(result) };
      await connection.commit([
        compiled(
          builder
            .insertInto('effects')
            .values(row)
            .onConflict((conflict) => conflict.doNothing()),
        ),
      ]);
      const kept = await readFirst(connection, effectOf({ key }));
      return kept ? (JSON.parse(kept.result) as Json) : result;
    },

    async saveSnapshot(runId, { seq, format, state }) {
      const insert = builder.insertInto('snapshots').values({ run_id: runId, seq, format, state });
      const save = insert.onConflict((conflict) => conflict.columns(['run_id', 'seq']).doUpdateSet({ format, state }));
      await connection.commit([compiled(save)]);
    },

    snapshot: (runId, options = {}) => readFirst(connection, snapshotUpTo({ id: runId, seq: options.atSeq ?? Number.MAX_SAFE_INTEGER })),
  };
}

/** All of the batch, event for event: it was appended before, and whoever sent it did not hear of it. */
async function isStored(connection: StoreConnection, { runId, events }: RunAppend): Promise<boolean> {
  const [first, last] = [events[0]?.seq, events.at(-1)?.seq];
  if (first === undefined || last === undefined) return false;
  const query = connection.dialect.builder.selectFrom('events').select('data').where('run_id', '=', runId);
  const stored = await readAll(connection, compiled(query.where('seq', '>=', first).where('seq', '<=', last).orderBy('seq')));
  return stored.length === events.length && stored.every(({ data }, index) => data === JSON.stringify(events[index]));
}

/** The batch in itself; what is stored before it is checked by the commit. */
function checkContiguous({ runId, events, summary }: RunAppend): void {
  const fail = (reason: string): never => {
    throw storeConflict({ statement: 0, reason: `${reason} (run ${runId})` });
  };
  if (summary.id !== runId) fail(`the summary is of run ${summary.id}`);
  for (const [index, event] of events.entries()) {
    if (event.runId !== runId) fail(`event ${event.seq} is of run ${event.runId}`);
    const expected = (events[0]?.seq ?? 0) + index;
    if (event.seq !== expected) fail(`event ${event.seq} comes where ${expected} is due`);
  }
  const last = events.at(-1)?.seq;
  if (last !== undefined && last !== summary.lastSeq) fail(`the summary ends at ${summary.lastSeq}, the events at ${last}`);
}

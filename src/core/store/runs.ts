// Runs: events appended in order, and the rows that answer lists without replay.

import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { hasCode } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import type { StoreConnection } from '#core/store/connection.ts';
import { storeConflict, storeDuplicateKey } from '#core/store/errors.ts';
import { endsRun } from '#core/store/figures/runEnds.ts';
import { addSteps, noSteps } from '#core/store/figures/stepFigures.ts';
import { pickOne, PREFIX_CANDIDATES, prefixEnd } from '#core/store/prefix.ts';
import { eventsOf } from '#core/store/eventRows.ts';
import { checkpointOf } from '#core/store/projection.ts';
import { compiled, prepared, readAll, readFirst } from '#core/store/query.ts';
import { FINISHED, runPages } from '#core/store/runPages.ts';
import { progressColumn, runRowOf, type StoredRun } from '#core/store/runRows.ts';
import { createAppendStatements, Written } from '#core/store/runStatements.ts';
import type { RunAppend, RunRow, RunSnapshot, RunsRepository } from '#core/store/store.ts';
import type { RunEvent } from '#protocol/runEvents.ts';

/** As a limit: all there is. */
const EVERYTHING = -1;

export function createRunsRepository(connection: StoreConnection): RunsRepository {
  const { dialect } = connection;
  const { builder } = dialect;
  const batches = builder.selectFrom('event_batches').select('data').orderBy('last_seq');
  const written = new Written();
  const appendStatements = createAppendStatements(dialect, written);
  const rows = builder.selectFrom('runs').select(['summary', progressColumn]);
  const byId = prepared<{ id: string }, StoredRun>((p) => rows.where('id', '=', p.id));
  const byKey = prepared<{ key: string }, StoredRun>((p) => rows.where('idempotency_key', '=', p.key));
  const startingWith = prepared<{ from: string; to: string }, StoredRun>((p) =>
    rows.where('id', '>=', p.from).where('id', '<', p.to).orderBy('id').limit(PREFIX_CANDIDATES),
  );
  const eventsAfter = prepared<{ id: string; seq: number; limit: number }, { data: Uint8Array }>((p) =>
    batches
      .where('run_id', '=', p.id)
      .where('last_seq', '>', p.seq)
      .limit(p.limit as never),
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

  const rowOf = (found: StoredRun | null): RunRow | null => found && runRowOf(found);
  const byIdempotencyKey = async (key: string): Promise<RunRow | null> => rowOf(await readFirst(connection, byKey({ key })));

  const allEvents = async (runId: string): Promise<RunEvent[]> =>
    eventsOf(await readAll(connection, eventsAfter({ id: runId, seq: 0, limit: EVERYTHING })));

  return {
    async append(batch) {
      checkContiguous(batch);
      let steps = written.stepsWith(batch);
      if (steps === null && endsRun(batch.events)) steps = addSteps(noSteps(), [...(await allEvents(batch.runId)), ...batch.events]);
      try {
        await connection.commit(appendStatements(batch, steps));
        written.acknowledged(batch);
      } catch (error) {
        written.forget(batch);
        if (hasCode(error, 'store.conflict') && (await isStored(connection, batch))) return;
        const key = batch.events[0]?.seq === 1 ? batch.summary.idempotencyKey : null;
        const first = key !== null && hasCode(error, 'store.conflict') ? await byIdempotencyKey(key) : null;
        if (key !== null && first && first.id !== batch.runId) throw storeDuplicateKey({ key, runId: first.id });
        throw error;
      }
    },

    async events(runId, options = {}) {
      const { afterSeq = 0, limit = EVERYTHING, types } = options;
      const stored =
        types === undefined
          ? await readAll(connection, eventsAfter({ id: runId, seq: afterSeq, limit }))
          : await readAll(connection, compiled(ofTypes(batches, types).where('run_id', '=', runId).where('last_seq', '>', afterSeq)));
      const found = eventsOf(stored).filter((event) => event.seq > afterSeq && (types === undefined || types.includes(event.type)));
      return limit === EVERYTHING ? found : found.slice(0, limit);
    },

    get: async (runId) => rowOf(await readFirst(connection, byId({ id: runId }))),

    async find(prefix) {
      if (prefix === '') return null;
      const found = await readAll(connection, startingWith({ from: prefix, to: prefixEnd(prefix) }));
      return pickOne('run', prefix, found.map(runRowOf));
    },

    async list(options = {}) {
      const { limit, workflow, unfinished } = options;
      let query = rows.orderBy('created_at', 'desc').orderBy('id', 'desc');
      if (workflow !== undefined) query = query.where('workflow', '=', workflow);
      if (unfinished) query = query.where('status', 'not in', FINISHED);
      if (limit !== undefined) query = query.limit(limit);
      return (await readAll(connection, compiled(query))).map(runRowOf);
    },

    ...runPages(connection),

    byIdempotencyKey,

    async checkpoints(runId) {
      return (await allEvents(runId)).flatMap((event) => checkpointOf(event) ?? []);
    },

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

/** Rows that hold an event of one of these types, and perhaps some that only speak of one. */
function ofTypes<Q extends { where(condition: RawBuilder<SqlBool>): Q }>(query: Q, types: readonly RunEvent['type'][]): Q {
  const named = types.map((type) => sql`instr(data, ${`"type":"${type}"`}) > 0`);
  return query.where(sql<SqlBool>`(${sql.join(named, sql` or `)})`);
}

/** All of the batch, event for event: it was appended before, and whoever sent it did not hear of it. */
async function isStored(connection: StoreConnection, { runId, events }: RunAppend): Promise<boolean> {
  const [first, last] = [events[0]?.seq, events.at(-1)?.seq];
  if (first === undefined || last === undefined) return false;
  const query = connection.dialect.builder.selectFrom('event_batches').select('data').where('run_id', '=', runId);
  const rows = await readAll(connection, compiled(query.where('last_seq', '>=', first).where('first_seq', '<=', last).orderBy('last_seq')));
  const stored = eventsOf(rows).filter(({ seq }) => seq >= first && seq <= last);
  return stored.length === events.length && stored.every((event, index) => JSON.stringify(event) === JSON.stringify(events[index]));
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

// Checkpoints of a runtime's own scheduler. The run's events are the truth; these only say where the scheduler stood,
// so the newest one of a run is all that is kept.

import type { StoreConnection } from '#core/store/connection.ts';
import { prepared, readAll, readFirst } from '#core/store/query.ts';
import type { RuntimeCheckpointRow, RuntimeCheckpointsRepository, RuntimeWriteRow } from '#core/store/store.ts';

interface Place {
  readonly runId: string;
  readonly namespace: string;
  readonly id: string;
}

export function createRuntimeCheckpointsRepository(connection: StoreConnection): RuntimeCheckpointsRepository {
  const { builder } = connection.dialect;
  const rows = builder
    .selectFrom('runtime_checkpoints')
    .select(['run_id as runId', 'namespace', 'id', 'parent_id as parentId', 'format', 'checkpoint', 'metadata']);
  const newest = prepared<Omit<Place, 'id'>, RuntimeCheckpointRow>((p) =>
    rows.where('run_id', '=', p.runId).where('namespace', '=', p.namespace).orderBy('id', 'desc').limit(1),
  );
  const ofRun = prepared<{ runId: string }, RuntimeCheckpointRow>((p) => rows.where('run_id', '=', p.runId).orderBy('id', 'desc'));
  const writesOf = prepared<Place, RuntimeWriteRow>((p) =>
    builder
      .selectFrom('runtime_writes')
      .select(['run_id as runId', 'namespace', 'checkpoint_id as checkpointId', 'task', 'position', 'channel', 'format', 'value'])
      .where('run_id', '=', p.runId)
      .where('namespace', '=', p.namespace)
      .where('checkpoint_id', '=', p.id)
      .orderBy('task')
      .orderBy('position'),
  );
  const add = prepared<RuntimeCheckpointRow>(({ runId, parentId, namespace, id, format, checkpoint, metadata }) =>
    builder
      .insertInto('runtime_checkpoints')
      .values({ run_id: runId, namespace, id, parent_id: parentId, format, checkpoint, metadata })
      .onConflict((conflict) =>
        conflict.columns(['run_id', 'namespace', 'id']).doUpdateSet((e) => ({
          parent_id: e.ref('excluded.parent_id'),
          format: e.ref('excluded.format'),
          checkpoint: e.ref('excluded.checkpoint'),
          metadata: e.ref('excluded.metadata'),
        })),
      ),
  );
  const addWrite = prepared<RuntimeWriteRow>(({ runId, namespace, checkpointId, task, position, channel, format, value }) =>
    builder
      .insertInto('runtime_writes')
      .values({ run_id: runId, namespace, checkpoint_id: checkpointId, task, position, channel, format, value })
      .onConflict((conflict) =>
        conflict.columns(['run_id', 'namespace', 'checkpoint_id', 'task', 'position']).doUpdateSet((e) => ({
          channel: e.ref('excluded.channel'),
          format: e.ref('excluded.format'),
          value: e.ref('excluded.value'),
        })),
      ),
  );
  const dropBefore = prepared<Place>((p) =>
    builder.deleteFrom('runtime_checkpoints').where('run_id', '=', p.runId).where('namespace', '=', p.namespace).where('id', '<', p.id),
  );
  const dropWritesBefore = prepared<Place>((p) =>
    builder
      .deleteFrom('runtime_writes')
      .where('run_id', '=', p.runId)
      .where('namespace', '=', p.namespace)
      .where('checkpoint_id', '<', p.id),
  );
  const drop = prepared<{ runId: string }>((p) => builder.deleteFrom('runtime_checkpoints').where('run_id', '=', p.runId));
  const dropWrites = prepared<{ runId: string }>((p) => builder.deleteFrom('runtime_writes').where('run_id', '=', p.runId));

  return {
    put: (row) => connection.commit([add(row), dropBefore(row), dropWritesBefore(row)]),
    putWrites: (writes) => connection.commit(writes.map((write) => addWrite(write))),
    newest: (runId, namespace) => readFirst(connection, newest({ runId, namespace })),
    list: (runId) => readAll(connection, ofRun({ runId })),
    writes: (place) => readAll(connection, writesOf(place)),
    forget: (runId) => connection.commit([drop({ runId }), dropWrites({ runId })]),
  };
}

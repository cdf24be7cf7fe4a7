// The checkpointer as LangGraph uses it, over the real store.

import assert from 'node:assert/strict';
import { type Checkpoint, type CheckpointMetadata, emptyCheckpoint, uuid6 } from '@langchain/langgraph-checkpoint';
import { CheckpointSaver } from '#core/runtimes/langgraph/checkpointSaver.ts';
import type { Store } from '#core/store/store.ts';
import { memoryStore } from '#test/support/memoryStore.ts';

const metadata: CheckpointMetadata = { source: 'loop', step: 1, parents: {} };
const config = (runId: string, id?: string) => ({
  configurable: { thread_id: runId, checkpoint_ns: '', ...(id && { checkpoint_id: id }) },
});
const checkpointOf = (step: number, values: { [channel: string]: unknown } = {}): Checkpoint => ({
  ...emptyCheckpoint(),
  id: uuid6(step),
  channel_values: values,
  channel_versions: { seq: step },
});

describe('the checkpointer', () => {
  let store: Store;
  let errors: [string, unknown][];
  let saver: CheckpointSaver;

  beforeEach(async () => {
    store = await memoryStore();
    errors = [];
    saver = new CheckpointSaver({ checkpoints: store.runtimeCheckpoints, onWriteError: (runId, error) => errors.push([runId, error]) });
  });

  afterEach(() => store.close());

  const listed = async (options = {}): Promise<(string | undefined)[]> => {
    const ids: (string | undefined)[] = [];
    for await (const tuple of saver.list(config('r'), options)) ids.push(tuple.checkpoint.id);
    return ids;
  };

  it('gives back what was put, with its metadata, its parent and what its tasks wrote', async () => {
    const checkpoint = checkpointOf(1, { seq: 7, text: 'ü\u0000"\ud83d', nothing: null, nested: [{ a: 1n.toString() }] });
    const at = await saver.put(config('r', 'parent'), checkpoint, metadata);
    await saver.putWrites(
      at,
      [
        ['seq', 8],
        ['branch:to:step', { path: 'a' }],
      ],
      'task-1',
    );
    await saver.putWrites(at, [['__error__', { message: 'no' }]], 'task-2');
    const tuple = await saver.getTuple(config('r'));
    assert.deepEqual([tuple?.checkpoint, tuple?.metadata], [checkpoint, metadata]);
    assert.deepEqual(tuple?.config, config('r', checkpoint.id));
    assert.deepEqual(tuple?.parentConfig, config('r', 'parent'));
    assert.deepEqual(tuple?.pendingWrites, [
      ['task-1', 'seq', 8],
      ['task-1', 'branch:to:step', { path: 'a' }],
      ['task-2', '__error__', { message: 'no' }],
    ]);
  });

  it('keeps the newest checkpoint of a run alone, and only what belongs to it', async () => {
    const first = checkpointOf(1);
    const second = checkpointOf(2);
    await saver.putWrites(await saver.put(config('r'), first, metadata), [['seq', 1]], 'task-1');
    await saver.put(config('other'), first, metadata);
    await saver.put(config('r', first.id), second, metadata);
    assert.deepEqual(await listed(), [second.id]);
    assert.deepEqual(await listed({ before: config('r', second.id) }), []);
    assert.deepEqual(await listed({ limit: 0 }), []);
    assert.deepEqual(await listed({ filter: { source: 'input' } }), []);
    assert.deepEqual(await store.runtimeCheckpoints.writes({ runId: 'r', namespace: '', id: first.id }), []);
    assert.equal(await saver.getTuple(config('r', first.id)), undefined);
    assert.equal((await saver.getTuple(config('other')))?.checkpoint.id, first.id);
  });

  it('takes the same write twice without keeping it twice', async () => {
    const at = await saver.put(config('r'), checkpointOf(1), metadata);
    await saver.putWrites(at, [['seq', 1]], 'task-1');
    await saver.putWrites(at, [['seq', 2]], 'task-1');
    assert.deepEqual((await saver.getTuple(config('r')))?.pendingWrites, [['task-1', 'seq', 2]]);
  });

  it('forgets a run', async () => {
    const at = await saver.put(config('r'), checkpointOf(1), metadata);
    await saver.putWrites(at, [['seq', 1]], 'task-1');
    await saver.deleteThread('r');
    assert.equal(await saver.getTuple(config('r')), undefined);
    assert.deepEqual(await listed(), []);
  });

  it('reports a write that failed and does not reject', async () => {
    await store.close();
    await saver.put(config('r'), checkpointOf(1), metadata);
    assert.deepEqual(
      errors.map(([runId]) => runId),
      ['r'],
    );
    store = await memoryStore();
  });

  it('refuses a place without a run', async () => {
    await assert.rejects(saver.getTuple({ configurable: {} }), /thread_id/);
  });
});

import assert from 'node:assert/strict';
import { hasCode } from '#base/errors.ts';
import { checkpointOf, endedTasks } from '#core/store/projection.ts';
import type { Store } from '#core/store/store.ts';
import type { LocalConnection } from '#node/sqlite/localConnection.ts';
import type { RunFact } from '#protocol/runEvents.ts';
import { append, created } from '#test/support/memoryStore.ts';
import { localStore } from '#test/unit/store/testFiles.ts';

const path = 'repair#2/verify';
const error = { code: 'x', message: 'it broke', retryable: true, details: {} };
const started: RunFact = { type: 'step.started', path, attempt: 1 };
const succeeded: RunFact = { type: 'step.succeeded', path, attempt: 1, output: null, summary: '', usage: [], durationMs: 1, version: 1 };
const failed = (retryAt: number | null): RunFact => ({
  type: 'step.failed',
  path,
  attempt: 1,
  error,
  usage: [],
  durationMs: 1,
  retryAt,
  version: retryAt === null ? 1 : null,
});
/** The event with number n is at 1,000 + n. */
const eventsOf = (facts: readonly RunFact[]) => append('run_a', 1, [created, ...facts]).events;
const row = { runId: 'run_a', path };

describe('what is read from the events of a run', () => {
  it('a step ran from the start of its last attempt to its end', () => {
    const facts = [started, failed(5_000), { ...started, attempt: 2 }, succeeded];
    assert.deepEqual(endedTasks(eventsOf(facts)), [{ ...row, status: 'succeeded', startedAt: 1_004, endedAt: 1_005 }]);
  });

  for (const [what, facts] of [
    ['waits for its next attempt', [started, failed(5_000)]],
    ['runs again', [started, failed(null), started]],
    ['was interrupted', [started, succeeded, { type: 'run.recovered', interrupted: [path] }]],
    [
      'was set aside by a rollback',
      [started, succeeded, { type: 'run.rewound', toVersion: 0, toSeq: 1, setAside: [path], redrive: null, by: 'person', reason: '' }],
    ],
    ['never started', [{ type: 'step.overridden', path, output: 1, by: 'person', reason: 'known', version: 1 }]],
    ['was skipped', [{ type: 'step.skipped', path, reason: 'no tests', version: 1 }]],
  ] as readonly (readonly [string, readonly RunFact[]])[]) {
    it(`a step that ${what} has not ended`, () => {
      assert.deepEqual(endedTasks(eventsOf(facts)), []);
    });
  }

  it('a step that failed for good, and then was given a result, ended with that', () => {
    assert.deepEqual(endedTasks(eventsOf([started, failed(null)])), [{ ...row, status: 'failed', startedAt: 1_002, endedAt: 1_003 }]);
    const overridden: RunFact = { type: 'step.overridden', path, output: 1, by: 'person', reason: 'known', version: 2 };
    assert.deepEqual(endedTasks(eventsOf([started, failed(null), overridden])), [
      { ...row, status: 'succeeded', startedAt: 1_002, endedAt: 1_004 },
    ]);
  });

  for (const [status, fact] of [
    ['succeeded', succeeded],
    ['failed', failed(null)],
    ['skipped', { type: 'step.skipped', path, reason: '', version: 1 }],
    ['succeeded', { type: 'step.overridden', path, output: 1, by: 'person', reason: '', version: 1 }],
  ] as readonly (readonly [string, RunFact])[]) {
    it(`${fact.type} with a version is a checkpoint: ${status}`, () => {
      assert.deepEqual(checkpointOf(eventsOf([fact])[1] ?? assert.fail()), { version: 1, seq: 2, at: 1_002, path, status });
    });
  }

  it('an event without a version is none', () => {
    for (const fact of [started, failed(1), { type: 'run.paused', by: 'person', reason: '' } as const])
      assert.equal(checkpointOf(eventsOf([fact])[1] ?? assert.fail()), null);
  });
});

describe('the rows of a run', () => {
  let store: Store;
  let connection: LocalConnection;
  beforeEach(async () => {
    ({ store, connection } = await localStore(null));
  });
  afterEach(() => store.close());
  const count = async (sql: string): Promise<unknown> => (await connection.read({ sql, parameters: [] }))[0]?.['n'];

  it('say how far it is with each append, though only what does not change by every step is written apart', async () => {
    await store.runs.append(append('run_a', 1, [created], { status: 'executing', stepsTotal: 3 }));
    const before = await connection.read({ sql: 'SELECT summary FROM runs', parameters: [] });
    await store.runs.append(append('run_a', 2, [started], { status: 'executing', stepsTotal: 3, currentStep: path }));
    await store.runs.append(append('run_a', 3, [succeeded], { status: 'executing', stepsTotal: 3, stepsDone: 1, version: 1 }));
    const row = await store.runs.get('run_a');
    const { stepsDone, stepsTotal, version, lastSeq, currentStep } = row ?? assert.fail();
    assert.deepEqual(
      { stepsDone, stepsTotal, version, lastSeq, currentStep },
      { stepsDone: 1, stepsTotal: 3, version: 1, lastSeq: 3, currentStep: null },
    );
    assert.deepEqual(await connection.read({ sql: 'SELECT summary FROM runs', parameters: [] }), before);
    assert.deepEqual(await store.runs.list(), [row]);
    assert.deepEqual((await store.runs.page()).runs, [row]);
    await store.runs.append(append('run_a', 4, [{ type: 'run.paused', by: 'person', reason: '' }], { status: 'paused' }));
    assert.equal((await store.runs.list({ unfinished: true }))[0]?.status, 'paused');
  });

  it('are one for an append, and several for a long one', async () => {
    const many = Array.from({ length: 200 }, () => started);
    await store.runs.append(append('run_a', 1, [created, ...many]));
    await store.runs.append(append('run_a', 202, [started, succeeded]));
    assert.equal(await count('SELECT count(*) AS n FROM event_batches'), 5);
    assert.deepEqual(
      (await store.runs.events('run_a', { afterSeq: 130, limit: 100 })).map(({ seq }) => seq),
      Array.from({ length: 73 }, (_, index) => 131 + index),
    );
    assert.deepEqual(
      (await store.runs.events('run_a', { types: ['run.created', 'step.succeeded'] })).map(({ seq }) => seq),
      [1, 203],
    );
  });

  it('do not write a head again that an append failed to write', async () => {
    await store.runs.append(append('run_a', 1, [created], { status: 'executing' }));
    const gap = append('run_a', 5, [{ type: 'run.paused', by: 'person', reason: '' }], { status: 'paused' });
    await assert.rejects(store.runs.append(gap));
    assert.equal((await store.runs.get('run_a'))?.status, 'executing');
    await store.runs.append(append('run_a', 2, [{ type: 'run.paused', by: 'person', reason: '' }], { status: 'paused' }));
    assert.equal((await store.runs.get('run_a'))?.status, 'paused');
  });

  it('begin once, whatever is known of the run', async () => {
    await store.runs.append(append('run_a', 1, [created, started], { status: 'executing' }));
    const again = append('run_a', 1, [{ type: 'run.paused', by: 'stale', reason: '' }], { status: 'executing' });
    await assert.rejects(store.runs.append(again), (error) => hasCode(error, 'store.conflict'));
    assert.deepEqual(
      (await store.runs.events('run_a')).map(({ type }) => type),
      ['run.created', 'step.started'],
    );
  });

  it('keep each definition once, whatever number of runs used it', async () => {
    for (const id of ['run_a', 'run_b']) await store.runs.append(append(id, 1, [created]));
    const rows = await connection.read({ sql: 'SELECT * FROM workflows', parameters: [] });
    assert.deepEqual(rows, [{ hash: 'h1', name: 'code-review', definition: '{"name":"code-review"}', first_used_at: 1_001 }]);
  });

  it('give the times of steps anew when a run goes on', async () => {
    await store.runs.append(append('run_a', 1, [created, started]));
    assert.deepEqual(await store.tasks.ended(['run_a', 'run_none']), []);
    await store.runs.append(append('run_a', 3, [succeeded]));
    for (let times = 0; times < 2; times += 1)
      assert.deepEqual(await store.tasks.ended(['run_a']), [
        { runId: 'run_a', path, status: 'succeeded', startedAt: 1_002, endedAt: 1_003 },
      ]);
  });
});

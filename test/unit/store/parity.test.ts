import assert from 'node:assert/strict';
import type { Store } from '#core/store/store.ts';
import type { ParityReport } from '#protocol/parity.ts';
import { append, created, memoryStore } from '#test/support/memoryStore.ts';

const report = (runtime: string, at: number, available: number): ParityReport => ({
  runtime,
  at,
  durationMs: 12.5,
  available,
  total: 2,
  results: [
    {
      feature: 'single-task',
      at,
      verdict: 'partial',
      durationMs: 3,
      missing: ['the output "reaches" the result'],
      evidence: [{ did: 'ran it', expected: 'an output', measured: 'none \u0000', passed: false }],
    },
    {
      feature: 'state-store',
      at,
      verdict: 'probe error',
      durationMs: 1,
      evidence: [],
      error: { code: 'x', message: 'broke', retryable: false, details: {} },
    },
  ],
});

describe('the parity repository', () => {
  let store: Store;
  beforeEach(async () => {
    store = await memoryStore();
  });
  afterEach(() => store.close());

  it('is empty before the first measurement', async () => {
    assert.deepEqual([await store.parity.latest(), await store.parity.history()], [[], []]);
  });

  it('gives the newest report of each runtime whole, and the history newest first', async () => {
    for (const one of [report('custom', 1, 1), report('other', 2, 0), report('custom', 3, 2)]) await store.parity.save(one);
    assert.deepEqual(await store.parity.latest(), [report('custom', 3, 2), report('other', 2, 0)]);
    assert.deepEqual(await store.parity.latest('other'), [report('other', 2, 0)]);
    const times = async (options?: Parameters<Store['parity']['history']>[0]) =>
      (await store.parity.history(options)).map(({ runtime, at, available }) => `${runtime} ${at} ${available}`);
    assert.deepEqual(await times(), ['custom 3 2', 'other 2 0', 'custom 1 1']);
    assert.deepEqual(await times({ runtime: 'custom', limit: 1 }), ['custom 3 2']);
  });

  it('puts what was measured alone into the report before it, and keeps it out of the history', async () => {
    const single = (runtime: string, at: number): ParityReport => ({
      runtime,
      at,
      durationMs: 1,
      available: 1,
      total: 1,
      results: [{ feature: 'state-store', at, verdict: 'available', durationMs: 1, missing: [], evidence: [] }],
    });
    for (const one of [single('custom', 1), report('custom', 2, 0), single('custom', 3), single('other', 4)]) await store.parity.save(one);
    const [custom, other] = await store.parity.latest();
    const [task] = report('custom', 2, 0).results;
    assert.deepEqual(custom, { ...report('custom', 2, 1), results: [task, ...single('custom', 3).results] });
    assert.deepEqual(other, single('other', 4));
    assert.equal((await store.parity.history()).length, 1);
    const outcomes = await store.parity.outcomes({ feature: 'state-store', runtime: 'custom' });
    assert.deepEqual(
      outcomes.map(({ at, verdict }) => `${at} ${verdict}`),
      ['3 available', '2 probe error', '1 available'],
    );
  });
});

describe('the tasks repository', () => {
  it('gives the steps of the runs asked for that were started and ended', async () => {
    const store = await memoryStore();
    const usage: [] = [];
    for (const runId of ['run_a', 'run_b']) {
      await store.runs.append(
        append(runId, 1, [
          created,
          { type: 'step.started', path: 'one', attempt: 1 },
          { type: 'step.succeeded', path: 'one', attempt: 1, output: null, summary: '', usage, durationMs: 1, version: 1 },
          { type: 'step.started', path: 'two', attempt: 1 },
          { type: 'step.skipped', path: 'three', reason: 'not wanted', version: 2 },
        ]),
      );
    }
    assert.deepEqual(await store.tasks.ended(['run_b']), [
      { runId: 'run_b', path: 'one', status: 'succeeded', startedAt: 1_002, endedAt: 1_003 },
    ]);
    assert.deepEqual(await store.tasks.ended([]), []);
    await store.close();
  });
});

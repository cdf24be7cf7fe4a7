import assert from 'node:assert/strict';
import type { Runtimes } from '#core/api/runtimes.ts';
import { thinkingMethods } from '#core/api/thinkingMethods.ts';
import { resumeInterrupted, takeQueue } from '#core/composition/staying.ts';
import type { Log } from '#core/ports.ts';
import type { Store } from '#core/store/store.ts';
import { append, created, memoryStore } from '#test/support/memoryStore.ts';

describe('what an earlier process left', () => {
  let store: Store;
  before(async () => (store = await memoryStore()));
  after(() => store.close());

  it('goes on although one run of it cannot, which the log names', async () => {
    for (const id of ['run_a', 'run_b', 'run_c']) await store.runs.append(append(id, 1, [created]));
    const [asked, told]: [string[], unknown[]] = [[], []];
    const runtime = {
      live: () => [],
      async resume(id: string) {
        asked.push(id);
        if (id === 'run_b') throw new Error('damaged');
      },
    };
    const runtimes = { has: () => true, get: () => runtime } as unknown as Runtimes;
    const quiet = (): void => {};
    const log: Log = { debug: quiet, info: quiet, warn: quiet, error: (_message, fields) => told.push(fields) };
    const left = { store, runtimes, log, trusted: () => true, brought: new Set<string>() };
    const resumed = await resumeInterrupted(left);
    assert.deepEqual([...resumed].sort(), ['run_a', 'run_c']);
    await takeQueue(left);
    assert.equal(asked.length, 6, 'each was asked twice');
    await resumeInterrupted({ ...left, trusted: () => false });
    await takeQueue({ ...left, trusted: () => false });
    assert.equal(asked.length, 6, 'none was asked in a workspace that is not trusted');
    assert.deepEqual(told, [{ runId: 'run_b' }, { runId: 'run_b' }]);
  });
});

describe('the thinking of a run', () => {
  it('is given of a step with what stands below it: passes, items and sub-workflows, and nothing beside it', async () => {
    const store = await memoryStore();
    const paths = ['repair', 'repair#2/verify', 'repair[0]/fix', 'repair/inner', 'repairs', 'repair-all/x'];
    const record = { agent: 'qa', kind: 'plan', title: 't', data: null, startedAt: 1, durationMs: 0, ok: true } as const;
    const facts = paths.map((path) => ({ type: 'agent.recorded' as const, path, ...record }));
    await store.runs.append(append('run_a', 1, [created, ...facts]));
    const thoughts = await thinkingMethods(store)['runs.thinking']({ id: 'run_a', step: 'repair' });
    assert.deepEqual(
      thoughts.map(({ path }) => path),
      paths.slice(0, 4),
    );
    await store.close();
  });
});

// The runtimes of a workspace, and one that somebody else adds.

import assert from 'node:assert/strict';
import { Runtimes } from '#core/api/runtimes.ts';
import type { RuntimeEvent } from '#core/engine/runtime.ts';
import type { RuntimeKind } from '#core/engine/runtimeKind.ts';
import { customKind } from '#core/runtimes/custom/customKind.ts';
import type { Store } from '#core/store/store.ts';
import { scripted, startOf } from '#test/support/engineHarness.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { memoryStore } from '#test/support/memoryStore.ts';
import { chain, workflow } from '#test/support/workflows.ts';

/** Another name for the custom runtime, as an extension might register one of its own. */
const third: RuntimeKind = { ...customKind(), id: 'third' };

describe('the runtimes of a workspace', () => {
  let store: Store;
  let heard: RuntimeEvent[];
  let runtimes: Runtimes;

  beforeEach(async () => {
    store = await memoryStore();
    heard = [];
    let ids = 0;
    const quiet = (): void => {};
    runtimes = new Runtimes({
      ports: {
        clock: new FakeClock(),
        ids: { random: () => 0.5, next: (prefix) => `${prefix}_${(ids += 1)}` },
        log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
        store,
        executor: scripted(() => null, []),
      },
      onEvent: (event) => heard.push(event),
    });
    runtimes.register(customKind());
  });

  afterEach(async () => {
    await runtimes.shutdown();
    runtimes.dispose();
    await store.close();
  });

  it('take another one, whose runs are heard and whose figures are shown', async () => {
    runtimes.register(third);
    assert.deepEqual(
      runtimes.kinds.map(({ id }) => id),
      ['custom', 'third'],
    );
    assert.deepEqual([...runtimes.services.keys()], ['custom', 'third']);
    const runId = await runtimes.get('third').start(startOf(workflow(chain('a'))));
    while (runtimes.get('third').live().length > 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await runtimes.get('third').view(runId)).status, 'completed');
    const events = await store.runs.events(runId);
    assert.deepEqual(
      heard.map((one) => (one.kind === 'run' ? one.event : null)),
      events,
    );
  });

  it('give one back: it is known no longer and starts nothing more', async () => {
    const registration = runtimes.register(third);
    const runtime = runtimes.get('third');
    registration.dispose();
    assert.ok(!runtimes.has('third'));
    assert.throws(() => runtimes.get('third'), { code: 'runtime.notFound' });
    await assert.rejects(runtime.start(startOf(workflow([]))), { code: 'engine.stopped' });
    runtimes.register(third);
    assert.ok(runtimes.has('third'));
  });

  it('are all shut down although one of them fails', async () => {
    const failing: RuntimeKind = {
      ...customKind(),
      id: 'failing',
      create: (ports) => Object.assign(customKind().create(ports), { shutdown: () => Promise.reject(new Error('no')) }),
    };
    const registration = runtimes.register(failing);
    runtimes.register(third);
    await assert.rejects(runtimes.shutdown(), /no/);
    await assert.rejects(runtimes.get('third').start(startOf(workflow([]))), { code: 'engine.stopped' });
    registration.dispose();
  });

  it('refuse a second one of the same id', () => {
    assert.throws(() => runtimes.register(customKind()), { code: 'runtime.duplicate' });
  });
});

// A runtime with a queue: what waits is stored, survives the process, and can be steered like any other run.

import assert from 'node:assert/strict';
import { RunQueue } from '#core/engine/queue.ts';
import type { Json } from '#base/json.ts';
import { CustomRuntime } from '#core/runtimes/custom/customRuntime.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { FakeRuns } from '#test/support/fakeStore.ts';
import { scripted, settle, startOf } from '#test/support/engineHarness.ts';
import { task, workflow } from '#test/support/workflows.ts';

function office(limit: number, runs = new FakeRuns(), clock = new FakeClock(), first = 0, prepareAhead = 0) {
  const doors: ((output: Json) => void)[] = [];
  const executed: string[] = [];
  let ids = first;
  const admission = new RunQueue(clock, { runs: limit, prepareAhead });
  const executor = scripted(({ runId }) => new Promise<Json>((resolve) => doors.push(() => resolve(runId))), executed);
  const log = {
    debug() {},
    info() {},
    warn() {},
    error: (message: string, _f?: object, thrown?: unknown) => assert.fail(`${message} ${String(thrown)}`),
  };
  const runtime = new CustomRuntime({
    clock,
    log,
    runs,
    executor,
    admission,
    ids: { random: () => 0.5, next: (prefix) => `${prefix}_${(ids += 1)}` },
  });
  const start = (changes: Parameters<typeof startOf>[1] = {}) => runtime.start(startOf(workflow([task('only')]), changes));
  const status = async (id: string): Promise<string> => (await runtime.view(id)).status;
  return { runtime, runs, clock, doors, executed, start, status, admission };
}

describe('a runtime with a queue', () => {
  it('starts what has a place, stores what has none, and begins it when a place is free', async () => {
    const o = office(1);
    const [a, b] = [await o.start(), await o.start()];
    await settle();
    assert.deepEqual(o.runtime.live(), [a]);
    assert.equal(o.runs.rows.get(b)?.lastSeq, 1);
    assert.deepEqual([o.runs.rows.get(b)?.status, await o.status(b)], ['idle', 'idle']);
    o.doors[0]?.(null);
    await settle();
    assert.equal(await o.status(a), 'completed');
    assert.deepEqual(o.runtime.live(), [b]);
    o.doors[1]?.(null);
    await settle();
    assert.equal(await o.status(b), 'completed');
    await o.runtime.shutdown();
  });

  it('begins greater priority first, and a delayed run at its time', async () => {
    const o = office(1);
    await o.start();
    const [plain, urgent] = [await o.start(), await o.start({ priority: 5 })];
    const later = await o.start({ notBefore: o.clock.now() + 1_000, priority: 100 });
    await settle();
    o.doors[0]?.(null);
    await settle();
    assert.deepEqual(o.runtime.live(), [urgent]);
    o.doors[1]?.(null);
    await settle();
    assert.deepEqual(o.runtime.live(), [plain]);
    o.doors[2]?.(null);
    await settle();
    assert.deepEqual(o.runtime.live(), []);
    o.clock.advance(1_000);
    await settle();
    assert.deepEqual(o.runtime.live(), [later]);
    await o.runtime.shutdown();
  });

  it('prepares the next ones ahead, which then begin without reading the store', async () => {
    const runs = new FakeRuns();
    const read: string[] = [];
    const events = runs.events.bind(runs);
    runs.events = (runId, options) => {
      read.push(runId);
      return events(runId, options);
    };
    const o = office(1, runs, undefined, 0, 1);
    const [, next, later] = [await o.start(), await o.start(), await o.start()];
    await settle();
    assert.deepEqual([...new Set(read)], [next]);
    read.length = 0;
    o.doors[0]?.(null);
    await settle();
    assert.deepEqual(o.runtime.live(), [next]);
    assert.deepEqual([...new Set(read)], [later], 'the one after it was prepared meanwhile');
    await o.runtime.shutdown();
  });

  it('takes no notice of what it prepared when the run was paused since', async () => {
    const o = office(1, undefined, undefined, 0, 1);
    const [, next] = [await o.start(), await o.start()];
    await settle();
    await o.runtime.cancel(next, 'person', 'not needed');
    o.doors[0]?.(null);
    await settle();
    assert.equal(await o.status(next), 'cancelled');
    assert.deepEqual(o.executed.length, 1);
    await o.runtime.shutdown();
  });

  it('gives the first run for a key also while that waits', async () => {
    const o = office(1);
    await o.start();
    const first = await o.start({ idempotencyKey: 'k' });
    assert.equal(await o.start({ idempotencyKey: 'k' }), first);
    await o.runtime.shutdown();
  });

  it('never begins a run that was cancelled while it waited, and begins at once what a person resumes', async () => {
    const o = office(1);
    await o.start();
    const [cancelled, wanted] = [await o.start(), await o.start()];
    await o.runtime.cancel(cancelled, 'person', 'no');
    await o.runtime.resume(wanted, 'person');
    await settle();
    assert.equal(o.runtime.live().includes(wanted), true);
    o.doors[0]?.(null);
    o.doors[1]?.(null);
    await settle();
    assert.deepEqual(o.runtime.live(), []);
    assert.equal(await o.status(cancelled), 'cancelled');
    assert.equal(await o.status(wanted), 'completed');
    assert.deepEqual(o.admission.state().scopes, []);
    await o.runtime.shutdown();
  });

  it('finds its queue again after a restart, in order and with its times', async () => {
    const o = office(1);
    await o.start();
    const plain = await o.start();
    const urgent = await o.start({ priority: 1 });
    const later = await o.start({ notBefore: o.clock.now() + 5_000 });
    await o.runtime.shutdown();
    const next = office(1, o.runs, o.clock, 100);
    const holder = await next.start();
    for (const id of [plain, later, urgent]) await next.runtime.resume(id, 'engine');
    await settle();
    assert.deepEqual(next.runtime.live(), [holder]);
    next.doors[0]?.(null);
    await settle();
    assert.deepEqual(next.runtime.live(), [urgent]);
    next.doors[1]?.(null);
    await settle();
    assert.deepEqual(next.runtime.live(), [plain]);
    next.doors[2]?.(null);
    await settle();
    next.clock.advance(5_000);
    await settle();
    assert.deepEqual(next.runtime.live(), [later]);
    await next.runtime.shutdown();
  });
});

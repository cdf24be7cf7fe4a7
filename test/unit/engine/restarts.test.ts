// CustomRuntime over the death of its process: what it does again, what it waits out, what it refuses.

import assert from 'node:assert/strict';
import { AppError } from '#base/errors.ts';
import type { RunEvent } from '#protocol/runEvents.ts';
import { type Script, harness, settle, statusOf } from '#test/support/engineHarness.ts';
import { doors } from '#test/support/runtimeHarness.ts';
import { chain, gate, loop, task, workflow } from '#test/support/workflows.ts';

describe('a run that is stopped again and again', () => {
  it('goes on each time with what is not done, whatever ended beside the step that stopped it', async () => {
    let stops = 3;
    const h = harness(async ({ step }, { signal }) => {
      if (step.key === 'a' && stops > 0) {
        stops -= 1;
        throw new AppError({ code: 'budget.spent', message: 'no' });
      }
      // Still at work when the other one stops the run: cancelled with it.
      if (step.key === 'b' && stops > 0)
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      return step.key;
    });
    const runId = await h.start(workflow([task('a'), task('b')]));
    await settle();
    for (let n = 0; n < 3; n += 1) {
      assert.equal((await h.runtime.view(runId)).status, 'partial');
      await h.runtime.resume(runId, 'person');
      await settle();
    }
    assert.deepEqual((await h.runtime.view(runId)).results, { a: 'a', b: 'b' });
  });
});

describe('a restart', () => {
  it('runs only what had no recorded outcome, under the same attempt and idempotency key', async () => {
    const work = doors();
    const keys: string[] = [];
    const script: Script = (given, context) => {
      keys.push(`${given.idempotencyKey} ${given.attempt}`);
      return work.script(given, context);
    };
    const first = harness(script);
    const runId = await first.start(workflow([task('a'), task('b'), task('c', { dependsOn: ['a'] })]));
    work.open('a');
    await settle();
    await first.runtime.shutdown();
    assert.deepEqual(work.aborted, ['b', 'c']);
    const second = first.restart(script);
    await second.runtime.resume(runId, 'person');
    await settle();
    assert.deepEqual(second.executed, ['b', 'c']);
    assert.deepEqual(
      keys,
      ['a', 'b', 'c', 'b', 'c'].map((path) => `${runId}/${path} 1`),
    );
    assert.deepEqual(
      second.history(runId).flatMap((event) => (event.type === 'run.recovered' ? [event.interrupted] : [])),
      [['b', 'c']],
    );
  });

  it('waits out only what is left of a backoff', async () => {
    const script: Script = ({ attempt }) => {
      if (attempt === 1) throw new AppError({ code: 'net.reset', message: 'reset', retryable: true });
      return 'ok';
    };
    const first = harness(script);
    const runId = await first.start(workflow([task('a', { retry: { maxAttempts: 2, initialDelayMs: 1_000, maxDelayMs: 1_000 } })]));
    await settle();
    await first.runtime.shutdown();
    first.clock.advance(400);
    const second = first.restart(script);
    await second.runtime.resume(runId, 'person');
    second.clock.advance(99);
    await settle();
    assert.deepEqual(second.executed, []);
    second.clock.advance(1);
    await settle();
    assert.deepEqual(second.executed, ['a']);
  });

  it('waits out only what is left of the limit of a gate or composite', async () => {
    const first = harness();
    const runId = await first.start(workflow([loop('l', [gate('g')], { timeoutMs: 1_000 })]));
    await first.runtime.shutdown();
    first.clock.advance(400);
    const second = first.restart();
    await second.runtime.resume(runId, 'person');
    second.clock.advance(599);
    assert.equal(await statusOf(second, runId), 'executing');
    second.clock.advance(1);
    await settle();
    assert.equal((await second.runtime.view(runId)).error?.code, 'step.timedOut');
  });

  it('starts nothing in the old process once that was told to stop, even when a commit comes through later', async () => {
    const work = doors();
    const h = harness(work.script);
    await h.start(workflow(chain('a', 'b')));
    h.runs.hold();
    work.open('a');
    await settle();
    const stopped = h.runtime.shutdown();
    h.runs.release();
    await stopped;
    await settle();
    assert.deepEqual(h.executed, ['a']);
  });

  it('reads the newest snapshot and the events after it', async () => {
    const h = harness(() => null, { snapshotEveryEvents: 10 });
    const work = doors();
    const script: Script = (given, context) => (given.path === 's20' ? work.script(given, context) : given.path);
    const first = h.restart(script);
    const runId = await first.start(workflow(chain(...Array.from({ length: 25 }, (_, index) => `s${index}`))));
    await settle();
    await first.runtime.shutdown();
    assert.ok((first.runs.snapshots.get(runId) ?? []).length > 1);
    first.runs.histories.get(runId)?.splice(1, 5, ...Array.from({ length: 5 }, () => ({ type: 'run.parsed' }) as RunEvent));
    const second = first.restart(() => 'again');
    await second.runtime.resume(runId, 'person');
    await settle();
    assert.deepEqual(second.executed, ['s20', 's21', 's22', 's23', 's24']);
    assert.deepEqual(second.runs.rows.get(runId)?.status, 'completed');
  });

  it('goes on with a run that was paused, and refuses one that has ended or never was', async () => {
    const first = harness(doors().script);
    const paused = await first.start(workflow(chain('a')));
    await first.runtime.pause(paused, 'person', '');
    await first.runtime.shutdown();
    const work = doors();
    const second = first.restart(work.script);
    await Promise.all([second.runtime.resume(paused, 'person'), second.runtime.resume(paused, 'person')]);
    assert.deepEqual(second.executed, ['a']);
    work.open('a');
    await settle();
    await assert.rejects(second.runtime.resume(paused, 'person'), { code: 'run.finished' });
    await assert.rejects(second.runtime.resume('run_none', 'person'), { code: 'run.notFound' });
    await assert.rejects(second.runtime.view('run_none'), { code: 'run.notFound' });
    await assert.rejects(second.runtime.history('run_none'), { code: 'run.notFound' });
  });

  it('keeps one checkpoint version a settled step', async () => {
    const h = harness();
    const runId = await h.start(workflow([task('a'), task('b', { dependsOn: ['a'], when: 'false' })]));
    await settle();
    const history = await h.runtime.history(runId);
    assert.deepEqual(
      history.map(({ version, path, status }) => [version, path, status]),
      [
        [1, 'a', 'succeeded'],
        [2, 'b', 'skipped'],
      ],
    );
  });

  it('is refused to a runtime that was shut down', async () => {
    const h = harness();
    await h.runtime.shutdown();
    await assert.rejects(h.start(workflow([])), { code: 'engine.stopped' });
    await assert.rejects(h.runtime.resume('run_1', 'person'), { code: 'engine.stopped' });
  });
});

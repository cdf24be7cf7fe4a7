// What is left when a process stops or dies, and how the next one goes on.

import assert from 'node:assert/strict';
import { doors } from '#test/support/runtimeHarness.ts';
import { chain, gate, loop, task, workflow } from '#test/support/workflows.ts';
import { type Scenario, decide, flaky, question, retries } from '#test/unit/runtimes/scenario.ts';

export const restarts: readonly Scenario[] = [
  {
    rule: 'goes on after a shutdown with what had no recorded outcome, under the same attempt and key',
    async tell(open) {
      const work = doors();
      const keys: string[] = [];
      const first = open((given, context) => {
        keys.push(`${given.idempotencyKey} ${given.attempt}`);
        return work.script(given, context);
      });
      const runId = await first.start(workflow([task('a'), task('b'), task('c', { dependsOn: ['a'] })]));
      await first.until('a works', () => work.waiting.has('a'));
      work.open('a');
      await first.until('c works', () => work.waiting.has('c'));
      await first.runtime.shutdown();
      assert.deepEqual(work.aborted, ['b', 'c']);
      const second = first.restart(({ path, idempotencyKey, attempt }) => {
        keys.push(`${idempotencyKey} ${attempt}`);
        return path;
      });
      await second.runtime.resume(runId, 'person');
      assert.equal(await second.ended(runId), 'completed');
      assert.deepEqual(second.executed, ['b', 'c']);
      assert.deepEqual(
        keys,
        ['a', 'b', 'c', 'b', 'c'].map((path) => `${runId}/${path} 1`),
      );
      return [runId];
    },
  },
  {
    rule: 'goes on after a death in the same way',
    async tell(open) {
      const work = doors();
      const first = open(work.script);
      const runId = await first.start(workflow(chain('a', 'b', 'c')));
      await first.until('a works', () => work.waiting.has('a'));
      work.open('a');
      await first.until('b works', () => work.waiting.has('b'));
      first.die();
      work.open('b');
      const second = first.restart(({ path }) => path);
      await second.runtime.resume(runId, 'engine');
      assert.equal(await second.ended(runId), 'completed');
      assert.deepEqual(second.executed, ['b', 'c']);
      return [runId];
    },
  },
  {
    rule: 'keeps decisions and their answers over a restart',
    async tell(open) {
      const first = open(async (_given, context) => [
        await context.decide(question),
        await context.decide({ ...question, title: 'And then?' }),
      ]);
      const runId = await first.start(workflow([task('a'), gate('g', { ask: 'always', dependsOn: ['a'] })]));
      await first.until('it asks', async () => (await first.runtime.view(runId)).waitingDecisions === 1);
      const asked = (await first.runtime.view(runId)).decisions;
      await first.runtime.shutdown();
      const second = first.restart();
      assert.deepEqual((await second.runtime.view(runId)).decisions, asked);
      await decide(second, runId, 'right');
      await second.runtime.resume(runId, 'person');
      await decide(second, runId, 'left');
      await second.until('the gate asks', async () => (await second.runtime.view(runId)).decisions[0]?.path === 'g');
      await second.runtime.shutdown();
      const third = second.restart();
      await third.runtime.resume(runId, 'person');
      await decide(third, runId, 'pass');
      assert.equal(await third.ended(runId), 'completed');
      assert.deepEqual(third.executed, []);
      return [runId];
    },
  },
  {
    rule: 'waits out only what is left of a backoff and of a limit',
    async tell(open) {
      const first = open(({ attempt }) => {
        if (attempt === 1) throw flaky();
        return 'ok';
      });
      const backing = await first.start(workflow([task('a', retries(2))]));
      await first.until('it backs off', async () => (await first.runtime.view(backing)).steps[0]?.status === 'retrying');
      const limited = await first.start(workflow([loop('l', [gate('g', { ask: 'always' })], { timeoutMs: 1_000 })]));
      await first.until('it asks', async () => (await first.runtime.view(limited)).waitingDecisions === 1);
      await first.runtime.shutdown();
      first.clock.advance(400);
      const second = first.restart();
      for (const runId of [backing, limited]) await second.runtime.resume(runId, 'person');
      await second.until('both are live', () => second.clock.pending === 2);
      second.clock.advance(100);
      assert.equal(await second.ended(backing), 'completed');
      second.clock.advance(499);
      assert.equal(await second.status(limited), 'executing');
      second.clock.advance(1);
      assert.equal(await second.ended(limited), 'failed');
      return [backing, limited];
    },
  },
  {
    rule: 'records what people say to a run that nobody works on, and starts nothing by that',
    async tell(open) {
      const work = doors();
      const first = open(work.script);
      const cancelled = await first.start(workflow([loop('l', chain('x'))]));
      const overridden = await first.start(workflow(chain('a', 'b')));
      await first.until('both work', () => work.waiting.has('a') && work.waiting.has('l#1/x'));
      await first.runtime.shutdown();
      const second = first.restart(({ path }) => path);
      await second.runtime.cancel(cancelled, 'person', '');
      await second.runtime.override(overridden, { path: 'a', output: 'mine', by: 'person', reason: '' });
      assert.deepEqual([second.executed, second.runtime.live(), await second.status(cancelled)], [[], [], 'cancelled']);
      await second.runtime.resume(overridden, 'person');
      assert.equal(await second.ended(overridden), 'completed');
      assert.deepEqual(second.executed, ['b']);
      return [cancelled, overridden];
    },
  },
  {
    rule: 'goes on with a paused run once, and refuses runs that ended, never were, or come after a shutdown',
    async tell(open) {
      const work = doors();
      const first = open(work.script);
      const runId = await first.start(workflow(chain('a')));
      await first.until('it works', () => work.waiting.has('a'));
      await first.runtime.pause(runId, 'person', '');
      await first.runtime.shutdown();
      await assert.rejects(first.start(workflow([])), { code: 'engine.stopped' });
      const again = doors();
      const second = first.restart(again.script);
      await Promise.all([second.runtime.resume(runId, 'person'), second.runtime.resume(runId, 'person')]);
      await second.until('it works', () => again.waiting.has('a'));
      again.open('a');
      assert.equal(await second.ended(runId), 'completed');
      assert.deepEqual(second.executed, ['a']);
      await assert.rejects(second.runtime.resume(runId, 'person'), { code: 'run.finished' });
      for (const call of [second.runtime.resume('run_none', 'person'), second.runtime.view('run_none'), second.runtime.history('run_none')])
        await assert.rejects(call, { code: 'run.notFound' });
      return [runId];
    },
  },
];

// What fails, is tried again, takes too long or is passed over.

import assert from 'node:assert/strict';
import { AppError } from '#base/errors.ts';
import { doors } from '#test/support/runtimeHarness.ts';
import { chain, gate, loop, map, task, workflow } from '#test/support/workflows.ts';
import { type Scenario, fatal, flaky, retries } from '#test/unit/runtimes/scenario.ts';

export const faults: readonly Scenario[] = [
  {
    rule: 'tries again after a backoff, and no sooner',
    async tell(open) {
      const h = open(({ attempt }) => {
        if (attempt < 3) throw flaky();
        return attempt;
      });
      const runId = await h.start(workflow([task('a', retries(3))]));
      for (const begun of [1, 2]) {
        await h.until('it backs off', async () => (await h.runtime.view(runId)).steps[0]?.status === 'retrying');
        h.clock.advance(499);
        assert.equal(h.executed.length, begun);
        h.clock.advance(1);
        await h.until('the next attempt', () => h.executed.length === begun + 1);
      }
      assert.equal(await h.ended(runId), 'completed');
      assert.deepEqual((await h.runtime.view(runId)).results, { a: 3 });
      return [runId];
    },
  },
  {
    rule: 'fails for good once the attempts are used up',
    async tell(open) {
      const h = open(() => {
        throw flaky();
      });
      const runId = await h.start(workflow([task('a', retries(2))]));
      await h.until('it backs off', async () => (await h.runtime.view(runId)).steps[0]?.status === 'retrying');
      h.clock.advance(1_000);
      assert.equal(await h.ended(runId), 'failed');
      assert.deepEqual(h.executed, ['a', 'a']);
      return [runId];
    },
  },
  {
    rule: 'does not try again what cannot be mended',
    async tell(open) {
      const h = open(() => {
        throw fatal();
      });
      const runId = await h.start(workflow([task('a', retries(5))]));
      assert.equal(await h.ended(runId), 'failed');
      assert.deepEqual(h.executed, ['a']);
      return [runId];
    },
  },
  {
    rule: 'ends an attempt at its limit even when the work is deaf, and tries again',
    async tell(open) {
      const work = doors();
      const h = open((given, context) => (given.attempt === 1 ? work.script(given, context) : 'second'));
      const runId = await h.start(workflow([task('a', { timeoutMs: 5_000, ...retries(2) })]));
      await h.until('it works', () => work.waiting.has('a'));
      h.clock.advance(5_000);
      await h.until('it backs off', async () => (await h.runtime.view(runId)).steps[0]?.status === 'retrying');
      assert.deepEqual(work.aborted, ['a']);
      h.clock.advance(1_000);
      assert.equal(await h.ended(runId), 'completed');
      assert.deepEqual((await h.runtime.view(runId)).results, { a: 'second' });
      return [runId];
    },
  },
  {
    rule: 'ends a composite at its limit with all that works inside',
    async tell(open) {
      const work = doors();
      const h = open(work.script);
      const runId = await h.start(workflow([loop('l', [task('x'), gate('g', { ask: 'always' })], { timeoutMs: 9_000 })]));
      await h.until('it works', () => work.waiting.has('l#1/x'));
      await h.until('it asks', async () => (await h.runtime.view(runId)).waitingDecisions === 1);
      h.clock.advance(9_000);
      assert.equal(await h.ended(runId), 'failed');
      assert.deepEqual([(await h.runtime.view(runId)).error?.code, work.aborted], ['step.timedOut', ['l#1/x']]);
      return [runId];
    },
  },
  {
    rule: 'passes over a failure where the workflow says so',
    async tell(open) {
      const h = open(({ path }) => {
        if (path === 'a') throw fatal();
        return path;
      });
      const runId = await h.start(workflow([task('a', { continueOnError: true }), task('b', { dependsOn: ['a'] })]));
      assert.equal(await h.ended(runId), 'completed');
      const { results, errors } = await h.runtime.view(runId);
      assert.deepEqual([results, errors.map(({ path }) => path)], [{ a: null, b: 'b' }, ['a']]);
      return [runId];
    },
  },
  {
    rule: 'fails a step that no agent can do',
    async tell(open) {
      const h = open();
      const runId = await h.start(workflow([task('a', { agent: 'missing' })]));
      assert.equal(await h.ended(runId), 'failed');
      assert.equal((await h.runtime.view(runId)).error?.code, 'agent.notFound');
      return [runId];
    },
  },
  {
    rule: 'fails a map over what is no list',
    async tell(open) {
      const h = open();
      const runId = await h.start(workflow([map('m', chain('x'), { over: '"text"' })]));
      assert.equal(await h.ended(runId), 'failed');
      assert.equal((await h.runtime.view(runId)).error?.code, 'step.notAList');
      return [runId];
    },
  },
  {
    rule: 'ends partial, never completed, when the model could not be used',
    async tell(open) {
      const h = open(() => {
        throw new AppError({ code: 'llm.quota', message: 'The quota is spent.' });
      });
      const runId = await h.start(workflow([task('a', { continueOnError: true })]));
      assert.equal(await h.ended(runId), 'partial');
      return [runId];
    },
  },
  {
    rule: 'refuses at a gate whose check fails, and passes where it holds',
    async tell(open) {
      const h = open();
      const passed = await h.start(workflow([gate('g', { check: 'true' })]));
      const refused = await h.start(workflow([gate('g', { check: 'false' })]));
      assert.deepEqual([await h.ended(passed), await h.ended(refused)], ['completed', 'failed']);
      assert.equal((await h.runtime.view(refused)).error?.code, 'gate.refused');
      return [passed, refused];
    },
  },
];

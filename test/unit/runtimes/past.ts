// Going back, forking, undoing, and what is put back after it failed for good.

import assert from 'node:assert/strict';
import { AppError } from '#base/errors.ts';
import { chain, loop, task, workflow } from '#test/support/workflows.ts';
import { type Scenario, fatal } from '#test/unit/runtimes/scenario.ts';

const by = { by: 'person', reason: 'another way' } as const;
const undo = { compensate: { action: 'test.undo', with: {} } };

export const past: readonly Scenario[] = [
  {
    rule: 'goes back to a version and on from there, running nothing recorded again',
    async tell(open) {
      let times = 0;
      const h = open(({ step }) => `${step.key}${(times += 1)}`);
      const runId = await h.start(workflow(chain('a', 'b', 'c')));
      assert.equal(await h.ended(runId), 'completed');
      assert.deepEqual(await h.runtime.rollback(runId, { version: 1, ...by }), { setAside: ['b', 'c'] });
      assert.deepEqual((await h.runtime.view(runId)).results, { a: 'a1' });
      await h.runtime.resume(runId, 'person');
      assert.equal(await h.ended(runId), 'completed');
      assert.deepEqual((await h.runtime.view(runId)).results, { a: 'a1', b: 'b4', c: 'c5' });
      assert.deepEqual((await h.runtime.viewAt(runId, 3)).results, { a: 'a1', b: 'b2', c: 'c3' });
      assert.deepEqual(
        (await h.runtime.diff(runId, { from: 3, to: 5 })).steps.map(({ path }) => path),
        ['b', 'c'],
      );
      return [runId];
    },
  },
  {
    rule: 'forks a version into a run that reuses what is recorded up to there',
    async tell(open) {
      const h = open(({ step }) => step.key);
      const steps = [...chain('a', 'b'), loop('l', [task('x')], { dependsOn: ['b'], until: 'iteration == 2' })];
      const runId = await h.start(workflow(steps));
      assert.equal(await h.ended(runId), 'completed');
      const forkId = await h.runtime.fork(runId, { version: 3, inputs: {}, title: 'Fork', hasModel: false, by: 'person' });
      assert.equal(await h.ended(forkId), 'completed');
      assert.deepEqual(h.executed, ['a', 'b', 'l#1/x', 'l#2/x', 'l#2/x']);
      return [runId, forkId];
    },
  },
  {
    rule: 'undoes what a failed run completed, the last first, also when its process dies over it',
    async tell(open) {
      let held = true;
      const h = open(({ step, path }) => {
        if (step.key === 'bad') throw fatal();
        if (step.action === 'test.undo' && step.key === 'a' && held) return new Promise(() => {});
        return path;
      });
      const steps = chain('a', 'b', 'c').map((step) => ({ ...step, ...undo }));
      const runId = await h.start(workflow([...steps, task('bad', { dependsOn: ['c'] })]));
      await h.until('the last is being undone', () => h.executed.at(-1) === 'undo a');
      h.die();
      held = false;
      const next = h.restart();
      await next.runtime.resume(runId, 'engine');
      assert.equal(await next.ended(runId), 'failed');
      assert.deepEqual([h.executed.slice(4), next.executed], [['undo c', 'undo b', 'undo a'], ['undo a']]);
      const letters = await next.store.deadLetters.list();
      assert.deepEqual(
        letters.map(({ path, stage, status }) => [path, stage, status]),
        [['bad', 'execute', 'open']],
      );
      return [runId];
    },
  },
  {
    rule: 'stops undoing when a person says so: what is not undone by then stays as it is, also when the process dies right after',
    async tell(open) {
      const h = open(({ step, path }) => {
        const isStuck = step.key === 'd' || (step.action === 'test.undo' && step.key === 'b');
        return isStuck ? new Promise(() => {}) : path;
      });
      const steps = chain('a', 'b', 'c').map((step) => ({ ...step, ...undo }));
      const runId = await h.start(workflow([...steps, task('d', { dependsOn: ['c'] })]));
      await h.until('the last step is at work', () => h.executed.at(-1) === 'd');
      await h.runtime.cancel(runId, 'person', 'enough', { compensate: true });
      await h.until('the second is being undone', () => h.executed.at(-1) === 'undo b');
      await h.runtime.cancel(runId, 'person', 'now');
      assert.equal(await h.ended(runId), 'cancelled');
      h.die();
      const { status, compensations } = await h.restart().runtime.view(runId);
      assert.deepEqual([status, compensations.map(({ path }) => path)], ['cancelled', ['c', 'b', 'a']]);
      assert.equal(compensations[0]?.status, 'compensated');
      assert.ok(!h.executed.includes('undo a'), 'nothing more is undone');
      return [runId];
    },
  },
  {
    rule: 'puts a step back that failed for good',
    async tell(open) {
      let works = false;
      const h = open(({ step }) => {
        if (step.key === 'b' && !works) throw fatal();
        return step.key;
      });
      const runId = await h.start(workflow(chain('a', 'b', 'c')));
      assert.equal(await h.ended(runId), 'failed');
      works = true;
      await h.runtime.redrive(runId, { path: 'b', by: 'person', reason: 'mended' });
      assert.equal(await h.ended(runId), 'completed');
      assert.deepEqual(h.executed, ['a', 'b', 'b', 'c']);
      const [letter] = await h.store.deadLetters.list();
      assert.deepEqual([letter?.status, letter?.redrives], ['redriven', 1]);
      return [runId];
    },
  },
  {
    rule: 'stops everything at a terminal provider error, ends partial, and goes on when it is mended',
    async tell(open) {
      let spent = true;
      const h = open(({ step }) => {
        if (step.key === 'think' && spent) throw new AppError({ code: 'llm.quota', message: 'Spent.' });
        return step.key;
      });
      const steps = [task('a'), task('think', { dependsOn: ['a'], continueOnError: true }), task('after', { dependsOn: ['think'] })];
      const runId = await h.start(workflow(steps));
      assert.equal(await h.ended(runId), 'partial');
      assert.deepEqual(h.executed, ['a', 'think']);
      spent = false;
      await h.runtime.resume(runId, 'person');
      assert.equal(await h.ended(runId), 'completed');
      assert.deepEqual(h.executed, ['a', 'think', 'think', 'after']);
      return [runId];
    },
  },
  {
    rule: 'has an effect once, whatever becomes of the attempt',
    async tell(open) {
      let sent = 0;
      const h = open(async ({ attempt }, context) => {
        const mail = await context.once('mail', async () => (sent += 1));
        if (attempt === 1) throw new AppError({ code: 'net.reset', message: 'gone', retryable: true });
        return mail;
      });
      const retry = { maxAttempts: 2, initialDelayMs: 0, maxDelayMs: 0 };
      const runId = await h.start(workflow([task('a', { retry })]));
      await h.until('it backs off', async () => (await h.runtime.view(runId)).steps[0]?.status === 'retrying');
      h.clock.advance(0);
      assert.equal(await h.ended(runId), 'completed');
      assert.deepEqual((await h.runtime.view(runId)).results, { a: 1 });
      return [runId];
    },
  },
];

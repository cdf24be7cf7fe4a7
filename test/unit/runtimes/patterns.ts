// How steps follow each other.

import assert from 'node:assert/strict';
import type { Json } from '#base/json.ts';
import { doors } from '#test/support/runtimeHarness.ts';
import { chain, gate, loop, map, subWorkflow, task, workflow } from '#test/support/workflows.ts';
import { type Scenario, fatal } from '#test/unit/runtimes/scenario.ts';

export const patterns: readonly Scenario[] = [
  {
    rule: 'runs a chain in order and hands results on',
    async tell(open) {
      const h = open(({ args, path }) => (path === 'a' ? 1 : (args['before'] as number) + 1));
      const after = (key: string, before: string) => task(key, { dependsOn: [before], with: { before: `{{ results.${before} }}` } });
      const runId = await h.start(workflow([task('a'), after('b', 'a'), after('c', 'b')], { output: 'results.c' }));
      assert.equal(await h.ended(runId), 'completed');
      assert.deepEqual([(await h.runtime.view(runId)).output, h.executed], [3, ['a', 'b', 'c']]);
      return [runId];
    },
  },
  {
    rule: 'completes a workflow without steps',
    async tell(open) {
      const h = open();
      const runId = await h.start(workflow([]));
      assert.equal(await h.ended(runId), 'completed');
      return [runId];
    },
  },
  {
    rule: 'joins once after branches of unequal length, one of them skipped',
    async tell(open) {
      const h = open(({ path }) => path);
      const steps = [
        task('a'),
        ...chain('l1', 'l2', 'l3').map((step, index) => (index === 0 ? { ...step, dependsOn: ['a'] } : step)),
        task('short', { dependsOn: ['a'] }),
        task('never', { dependsOn: ['a'], when: 'false' }),
        task('join', { dependsOn: ['l3', 'short', 'never'] }),
      ];
      const runId = await h.start(workflow(steps));
      assert.equal(await h.ended(runId), 'completed');
      assert.deepEqual(
        h.executed.filter((path) => path === 'join'),
        ['join'],
      );
      assert.equal((await h.runtime.view(runId)).results['never'], null);
      return [runId];
    },
  },
  {
    rule: 'starts what may start while a slower step beside it still works',
    async tell(open) {
      const work = doors();
      const h = open(work.script);
      const runId = await h.start(workflow([task('slow'), ...chain('q1', 'q2', 'q3')]));
      for (const path of ['q1', 'q2', 'q3']) {
        await h.until(`${path} works`, () => work.waiting.has(path));
        work.open(path);
      }
      await h.until('the quick ones are done', async () => (await h.runtime.view(runId)).stepsDone === 3);
      work.open('slow');
      assert.equal(await h.ended(runId), 'completed');
      return [runId];
    },
  },
  {
    rule: 'fails a step whose condition is wrong, with the error of the expression',
    async tell(open) {
      const h = open();
      const runId = await h.start(workflow([task('a', { when: '1 + "x"' })]));
      assert.equal(await h.ended(runId), 'failed');
      assert.deepEqual([(await h.runtime.view(runId)).error?.code, h.executed], ['workflow.expression', []]);
      return [runId];
    },
  },
  {
    rule: 'repeats a loop until its condition holds, each pass seeing the one before',
    async tell(open) {
      const h = open(({ args }) => ((args['last'] as number | null) ?? 0) + 1);
      const steps = [task('n', { with: { last: '{{ iteration == 1 ? null : last.n }}' } })];
      const runId = await h.start(workflow([loop('l', steps, { until: 'results.n == 3', maxIterations: 9 })]));
      assert.equal(await h.ended(runId), 'completed');
      assert.deepEqual((await h.runtime.view(runId)).results, { l: { iterations: 3, passed: true, last: { n: 3 } } });
      return [runId];
    },
  },
  {
    rule: 'ends a loop at its limit and says that it did not pass',
    async tell(open) {
      const h = open();
      const runId = await h.start(workflow([loop('l', chain('x'), { maxIterations: 2 })]));
      assert.equal(await h.ended(runId), 'completed');
      assert.deepEqual((await h.runtime.view(runId)).results, { l: { iterations: 2, passed: false, last: { x: null } } });
      return [runId];
    },
  },
  {
    rule: 'maps over a list in its order, never more items at a time than it may',
    async tell(open) {
      let working = 0;
      let most = 0;
      const h = open(async ({ args }) => {
        working += 1;
        most = Math.max(most, working);
        await new Promise((resolve) => setImmediate(resolve));
        working -= 1;
        return args['of'] ?? null;
      });
      const steps = [task('double', { with: { of: '{{ item * 2 }}' } })];
      const runId = await h.start(workflow([map('m', steps, { over: '[1, 2, 3, 4, 5]', concurrency: 2 })], { output: 'results.m' }));
      assert.equal(await h.ended(runId), 'completed');
      const doubled = [2, 4, 6, 8, 10].map((double) => ({ double }));
      assert.deepEqual([(await h.runtime.view(runId)).output, most], [doubled as Json, 2]);
      return [runId];
    },
  },
  {
    rule: 'completes a map over nothing',
    async tell(open) {
      const h = open();
      const runId = await h.start(workflow([map('m', chain('x'), { over: '[]' }), task('after', { dependsOn: ['m'] })]));
      assert.equal(await h.ended(runId), 'completed');
      assert.deepEqual(h.executed, ['after']);
      return [runId];
    },
  },
  {
    rule: 'runs a sub-workflow with its own inputs and output',
    async tell(open) {
      const h = open(({ inputs }) => inputs['word'] ?? null);
      const input = { name: 'word', type: 'string', required: true, description: '', default: undefined } as never;
      const library = { inner: workflow(chain('say'), { name: 'inner', inputs: [input], output: 'results.say' }) };
      const runId = await h.start(workflow([subWorkflow('w', 'inner', { with: { word: 'hello' } })], { output: 'results.w' }), { library });
      assert.equal(await h.ended(runId), 'completed');
      assert.deepEqual([(await h.runtime.view(runId)).output, h.executed], ['hello', ['w/say']]);
      return [runId];
    },
  },
  {
    rule: 'nests patterns: a map in a loop in a sub-workflow',
    async tell(open) {
      const h = open(({ path }) => path);
      const library = {
        inner: workflow([
          loop('l', [map('m', chain('x', 'y'), { over: '["p", "q"]' }), gate('g', { check: 'true' })], { maxIterations: 2 }),
        ]),
      };
      const runId = await h.start(workflow([subWorkflow('w', 'inner'), task('end', { dependsOn: ['w'] })]), { library });
      assert.equal(await h.ended(runId), 'completed');
      assert.equal(h.executed.length, 2 * 2 * 2 + 1);
      return [runId];
    },
  },
  {
    rule: 'works for no more tasks at a time than the run may; those that wait for a person make room',
    async tell(open) {
      const work = doors();
      const ask = { kind: 'question', title: 'Go on?', detail: '', options: [{ id: 'yes', label: 'Yes' }] } as const;
      const h = open((given, context) => (given.path === 'ask' ? context.decide(ask) : work.script(given, context)));
      const runId = await h.start(workflow([task('ask'), task('b'), task('c')], { limits: { maxParallelSteps: 1 } }));
      await h.until('b works', () => work.waiting.has('b'));
      assert.deepEqual(h.executed, ['ask', 'b']);
      work.open('b');
      await h.until('c works', () => work.waiting.has('c'));
      await h.runtime.cancel(runId, 'person', 'enough');
      assert.equal(await h.ended(runId), 'cancelled');
      return [runId];
    },
  },
  {
    rule: 'fails the run when its output cannot be worked out',
    async tell(open) {
      const h = open();
      const runId = await h.start(workflow(chain('a'), { output: '1 + "x"' }));
      assert.equal(await h.ended(runId), 'failed');
      return [runId];
    },
  },
  {
    rule: 'runs a wide fan-out and its join',
    async tell(open) {
      const h = open();
      const middle = Array.from({ length: 100 }, (_, index) => `m${index}`);
      const fan = [task('first'), ...middle.map((key) => task(key, { dependsOn: ['first'] })), task('last', { dependsOn: middle })];
      const runId = await h.start(workflow(fan, { limits: { maxParallelSteps: 50 } }));
      assert.equal(await h.ended(runId), 'completed');
      assert.deepEqual([h.executed.length, h.executed.at(-1), new Set(h.executed).size], [102, 'last', 102]);
      return [runId];
    },
  },
  {
    rule: 'cancels what runs beside a failure, and names the step that failed',
    async tell(open) {
      const work = doors();
      const h = open((given, context) => {
        if (given.path === 'l#1/bad') throw fatal();
        return work.script(given, context);
      });
      const runId = await h.start(workflow([task('beside'), loop('l', [task('bad'), task('hangs')]), task('after', { dependsOn: ['l'] })]));
      assert.equal(await h.ended(runId), 'failed');
      const { error, errors } = await h.runtime.view(runId);
      assert.deepEqual([error?.code, error?.details['path'], errors.map(({ path }) => path)], ['test.fatal', 'l#1/bad', ['l#1/bad']]);
      assert.ok(!h.executed.includes('after'));
      return [runId];
    },
  },
];

// What people tell a run, and what it asks them.

import assert from 'node:assert/strict';
import { doors } from '#test/support/runtimeHarness.ts';
import { chain, gate, loop, task, workflow } from '#test/support/workflows.ts';
import { type Scenario, decide, flaky, question, retries } from '#test/unit/runtimes/scenario.ts';

export const people: readonly Scenario[] = [
  {
    rule: 'asks a person at a gate and does as they say',
    async tell(open) {
      const h = open();
      const steps = [gate('g', { ask: 'always' }), task('after', { dependsOn: ['g'] })];
      const passed = await h.start(workflow(steps));
      await decide(h, passed, 'pass', 'fine');
      const refused = await h.start(workflow(steps));
      await decide(h, refused, 'fail', 'not so');
      assert.deepEqual([await h.ended(passed), await h.ended(refused), h.executed], ['completed', 'failed', ['after']]);
      return [passed, refused];
    },
  },
  {
    rule: 'asks nobody in a dry run',
    async tell(open) {
      const h = open();
      const runId = await h.start(workflow([gate('g', { ask: 'always' })]), { mode: 'dry-run' });
      assert.equal(await h.ended(runId), 'completed');
      assert.deepEqual((await h.runtime.view(runId)).results, { g: { passed: true, by: 'dry-run', reason: 'a person would be asked' } });
      return [runId];
    },
  },
  {
    rule: 'gives an answer to the work that asked; the time it took does not count against its limit',
    async tell(open) {
      const h = open((_given, context) => context.decide(question));
      const runId = await h.start(workflow([task('a', { timeoutMs: 1_000 })]));
      await h.until('it waits', async () => (await h.runtime.view(runId)).steps[0]?.status === 'waiting');
      h.clock.advance(60_000);
      const asked = { decisionId: 'dec_none', choice: 'left', by: 'person', reason: '' };
      await assert.rejects(h.runtime.decide(runId, asked), { code: 'decision.notFound' });
      const [decision] = (await h.runtime.view(runId)).decisions;
      await assert.rejects(h.runtime.decide(runId, { ...asked, decisionId: decision?.id ?? '', choice: 'up' }), {
        code: 'decision.unknownChoice',
      });
      await decide(h, runId, 'left', 'why not');
      assert.equal(await h.ended(runId), 'completed');
      assert.deepEqual((await h.runtime.view(runId)).results, { a: { choice: 'left', reason: 'why not' } });
      return [runId];
    },
  },
  {
    rule: 'pauses: what works may end, nothing else starts until it is resumed',
    async tell(open) {
      const work = doors();
      const h = open(work.script);
      const runId = await h.start(workflow(chain('a', 'b')));
      await h.until('a works', () => work.waiting.has('a'));
      await h.runtime.pause(runId, 'person', 'look first');
      work.open('a');
      await h.until('a is done', async () => (await h.runtime.view(runId)).stepsDone === 1);
      assert.deepEqual([await h.status(runId), h.executed], ['paused', ['a']]);
      await h.runtime.resume(runId, 'person');
      await h.until('b works', () => work.waiting.has('b'));
      work.open('b');
      assert.equal(await h.ended(runId), 'completed');
      return [runId];
    },
  },
  {
    rule: 'holds back a retry that falls due in a pause',
    async tell(open) {
      const h = open(({ attempt }) => {
        if (attempt === 1) throw flaky();
        return 'ok';
      });
      const runId = await h.start(workflow([task('a', retries(2))]));
      await h.until('it backs off', async () => (await h.runtime.view(runId)).steps[0]?.status === 'retrying');
      await h.runtime.pause(runId, 'person', '');
      h.clock.advance(5_000);
      assert.deepEqual([await h.status(runId), h.executed], ['paused', ['a']]);
      await h.runtime.resume(runId, 'person');
      assert.equal(await h.ended(runId), 'completed');
      return [runId];
    },
  },
  {
    rule: 'cancels at once, whether the work listens or not, and drops what comes later',
    async tell(open) {
      const work = doors();
      const h = open(work.script);
      const runId = await h.start(workflow([task('deaf'), task('after', { dependsOn: ['deaf'] })]));
      await h.until('it works', () => work.waiting.has('deaf'));
      await h.runtime.cancel(runId, 'person', 'enough');
      assert.deepEqual(work.aborted, ['deaf']);
      const recorded = await h.events(runId);
      work.open('deaf');
      assert.equal(await h.ended(runId), 'cancelled');
      await h.runtime.cancel(runId, 'person', 'again');
      assert.deepEqual(await h.events(runId), recorded);
      return [runId];
    },
  },
  {
    rule: 'cancels a step that backs off, a run that is paused and one that waits for a person',
    async tell(open) {
      const h = open(() => {
        throw flaky();
      });
      const backing = await h.start(workflow([task('a', retries(9))]));
      await h.until('it backs off', async () => (await h.runtime.view(backing)).steps[0]?.status === 'retrying');
      const asking = await h.start(workflow([gate('g', { ask: 'always' })]));
      await h.until('it asks', async () => (await h.runtime.view(asking)).waitingDecisions === 1);
      const paused = await h.start(workflow([gate('g', { ask: 'always' })]));
      await h.until('it asks', async () => (await h.runtime.view(paused)).waitingDecisions === 1);
      await h.runtime.pause(paused, 'person', '');
      for (const runId of [backing, asking, paused]) {
        await h.runtime.cancel(runId, 'person', '');
        assert.equal(await h.ended(runId), 'cancelled');
        assert.deepEqual((await h.runtime.view(runId)).decisions, []);
      }
      assert.equal(h.clock.pending, 0);
      return [backing, asking, paused];
    },
  },
  {
    rule: 'takes a result from a person in place of the work, and stops that',
    async tell(open) {
      const work = doors();
      const h = open(work.script);
      const runId = await h.start(workflow([task('a'), task('b', { dependsOn: ['a'], when: 'results.a == "mine"' })]));
      await h.until('it works', () => work.waiting.has('a'));
      await h.runtime.override(runId, { path: 'a', output: 'mine', by: 'person', reason: 'known' });
      await h.until('b works', () => work.waiting.has('b'));
      assert.deepEqual(work.aborted, ['a']);
      work.open('b');
      assert.equal(await h.ended(runId), 'completed');
      await assert.rejects(h.runtime.override(runId, { path: 'a', output: 1, by: 'person', reason: '' }), { code: 'run.finished' });
      return [runId];
    },
  },
  {
    rule: 'settles a whole loop by hand and cancels what runs inside',
    async tell(open) {
      const work = doors();
      const h = open(work.script);
      const runId = await h.start(workflow([loop('l', chain('x', 'y'))]));
      await h.until('it works', () => work.waiting.has('l#1/x'));
      await h.runtime.override(runId, { path: 'l', output: 'by hand', by: 'person', reason: '' });
      assert.equal(await h.ended(runId), 'completed');
      assert.deepEqual(work.aborted, ['l#1/x']);
      return [runId];
    },
  },
  {
    rule: 'starts one run for one idempotency key, however many ask at once',
    async tell(open) {
      const h = open();
      const request = { idempotencyKey: 'k' };
      const ids = await Promise.all([1, 2, 3].map(() => h.start(workflow(chain('a')), request)));
      const [runId = ''] = ids;
      assert.equal(await h.ended(runId), 'completed');
      assert.deepEqual([new Set(ids).size, await h.start(workflow(chain('a')), request), h.executed], [1, runId, ['a']]);
      return [runId];
    },
  },
  {
    rule: 'records what work reports before the work goes on',
    async tell(open) {
      const record = { agent: 'developer', kind: 'plan', title: 'A plan', data: ['look'], startedAt: 1, durationMs: 2, ok: true } as const;
      const seen: string[] = [];
      const h = open(async ({ runId }, context) => {
        await context.record(record);
        seen.push(...(await h.events(runId)).map(({ type }) => type).slice(-1));
        await context.proposalCreated({ proposalId: 'prop_1', title: 'Fix', files: 1, added: 2, removed: 3 });
        return null;
      });
      const runId = await h.start(workflow(chain('a')));
      assert.equal(await h.ended(runId), 'completed');
      assert.deepEqual([seen, (await h.runtime.view(runId)).proposals], [['agent.recorded'], 1]);
      return [runId];
    },
  },
  {
    rule: 'tells listeners of exactly what is stored, in order, and of nothing once they are gone',
    async tell(open) {
      const h = open();
      const gone: unknown[] = [];
      h.runtime.subscribe((event) => gone.push(event)).dispose();
      const runId = await h.start(workflow(chain('a', 'b')));
      await h.ended(runId);
      const heard = h.heard.flatMap((one) => (one.kind === 'run' ? [one.event] : []));
      assert.deepEqual([heard, gone], [[...(await h.events(runId))], []]);
      return [runId];
    },
  },
  {
    rule: 'keeps a checkpoint version for each step that was settled',
    async tell(open) {
      const h = open();
      const runId = await h.start(workflow([task('a'), task('b', { dependsOn: ['a'], when: 'false' }), task('c', { dependsOn: ['b'] })]));
      await h.ended(runId);
      const versions = (await h.runtime.history(runId)).map(({ version, path, status }) => [version, path, status]);
      assert.deepEqual(versions, [
        [1, 'a', 'succeeded'],
        [2, 'b', 'skipped'],
        [3, 'c', 'succeeded'],
      ]);
      return [runId];
    },
  },
];

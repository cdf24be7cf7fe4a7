// What callers may do to a run of CustomRuntime: pause, cancel, override, decide.

import assert from 'node:assert/strict';
import { AppError, isAbort } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import type { StepContext } from '#core/engine/executor.ts';
import { harness, question, settle, statusOf, typesOf } from '#test/support/engineHarness.ts';
import { doors } from '#test/support/runtimeHarness.ts';
import { chain, gate, loop, task, workflow } from '#test/support/workflows.ts';

describe('pausing a run', () => {
  it('lets steps in flight finish, starts no other, and goes on where it was', async () => {
    const work = doors();
    const h = harness(work.script);
    const runId = await h.start(workflow(chain('a', 'b')));
    await h.runtime.pause(runId, 'person', 'look first');
    work.open('a');
    await settle();
    const paused = await h.runtime.view(runId);
    assert.deepEqual([paused.status, paused.results, h.executed], ['paused', { a: 'a' }, ['a']]);
    await h.runtime.pause(runId, 'person', 'again');
    await h.runtime.resume(runId, 'person');
    await settle();
    assert.deepEqual(h.executed, ['a', 'b']);
    assert.equal(typesOf(h.history(runId)).filter((type) => type === 'run.paused').length, 1);
  });

  it('holds back a retry that falls due meanwhile', async () => {
    const h = harness(({ attempt }) => {
      if (attempt === 1) throw new AppError({ code: 'net.reset', message: 'reset', retryable: true });
      return 'ok';
    });
    const runId = await h.start(workflow([task('a', { retry: { maxAttempts: 2, initialDelayMs: 100, maxDelayMs: 100 } })]));
    await settle();
    await h.runtime.pause(runId, 'person', '');
    h.clock.advance(1_000);
    await settle();
    assert.deepEqual(h.executed, ['a']);
    await h.runtime.resume(runId, 'person');
    await settle();
    assert.equal(await statusOf(h, runId), 'completed');
  });
});

describe('cancelling a run', () => {
  it('is over before work that ignores its signal, and drops what that returns later', async () => {
    const work = doors();
    const h = harness(work.script);
    const runId = await h.start(workflow([task('deaf'), task('after', { dependsOn: ['deaf'] })]));
    await h.runtime.cancel(runId, 'person', 'enough');
    assert.deepEqual(work.aborted, ['deaf']);
    const atCancel = h.history(runId).length;
    work.open('deaf');
    await settle();
    assert.equal(h.history(runId).length, atCancel);
    assert.equal(await statusOf(h, runId), 'cancelled');
    await h.runtime.cancel(runId, 'person', 'again');
    assert.equal(h.history(runId).length, atCancel);
  });

  it('wins over an outcome that came in at the same moment', async () => {
    const work = doors();
    const h = harness(work.script);
    const runId = await h.start(workflow(chain('a', 'b')));
    const cancelled = h.runtime.cancel(runId, 'person', '');
    work.open('a');
    await cancelled;
    await settle();
    assert.ok(!typesOf(h.history(runId)).includes('step.succeeded a'));
    assert.deepEqual(h.errors, []);
  });

  it('takes effect at once while a step backs off', async () => {
    const h = harness(() => {
      throw new AppError({ code: 'net.reset', message: 'reset', retryable: true });
    });
    const runId = await h.start(workflow([task('a', { retry: { maxAttempts: 9, initialDelayMs: 10_000, maxDelayMs: 10_000 } })]));
    await settle();
    await h.runtime.cancel(runId, 'person', '');
    assert.equal(await statusOf(h, runId), 'cancelled');
    assert.equal(h.clock.pending, 0);
  });

  it('works on a paused run and on one that nobody works on', async () => {
    const h = harness(doors().script);
    const paused = await h.start(workflow(chain('a', 'b')));
    await h.runtime.pause(paused, 'person', '');
    await h.runtime.cancel(paused, 'person', '');
    const dead = await h.start(workflow([loop('l', chain('x'))]));
    await h.runtime.shutdown();
    const next = h.restart();
    await next.runtime.cancel(dead, 'person', '');
    assert.deepEqual([await statusOf(next, paused), await statusOf(next, dead)], ['cancelled', 'cancelled']);
    assert.deepEqual(next.executed, []);
    assert.deepEqual(next.runtime.live(), []);
  });

  it('lets an executor that is recording something know that it no longer counts', async () => {
    const seen: unknown[] = [];
    const gone = doors();
    const h = harness(async (given, context) => {
      await gone.script(given, context);
      const record = { agent: 'developer', kind: 'tool', title: 't', data: null, startedAt: 0, durationMs: 0, ok: true } as const;
      await context.record(record).catch((error: unknown) => seen.push(error));
      return null;
    });
    const runId = await h.start(workflow([task('a')]));
    await h.runtime.cancel(runId, 'person', '');
    gone.open('a');
    await settle();
    assert.deepEqual(seen.map(isAbort), [true]);
  });
});

describe('overriding a step', () => {
  it('aborts its work and gives its dependents the new result', async () => {
    const work = doors();
    const h = harness(work.script);
    const runId = await h.start(workflow([task('a'), task('b', { dependsOn: ['a'], when: 'results.a == "mine"' })]));
    await h.runtime.override(runId, { path: 'a', output: 'mine', by: 'person', reason: 'known' });
    await settle();
    assert.deepEqual([work.aborted, h.executed], [['a'], ['a', 'b']]);
  });

  it('changes the result of a settled step and leaves dependents that ran as they are', async () => {
    const work = doors();
    const h = harness(work.script);
    const runId = await h.start(workflow(chain('a', 'b', 'c')));
    work.open('a');
    await settle();
    await h.runtime.override(runId, { path: 'a', output: 'better', by: 'person', reason: '' });
    work.open('b');
    await settle();
    work.open('c');
    await settle();
    assert.deepEqual((await h.runtime.view(runId)).results, { a: 'better', b: 'b', c: 'c' });
    assert.deepEqual(h.executed, ['a', 'b', 'c']);
  });

  it('settles a whole loop and cancels what runs inside it', async () => {
    const work = doors();
    const h = harness(work.script);
    const runId = await h.start(workflow([loop('l', chain('x', 'y'))]));
    await h.runtime.override(runId, { path: 'l', output: 'done by hand', by: 'person', reason: '' });
    await settle();
    assert.deepEqual(typesOf(h.history(runId)).slice(-4), [
      'step.overridden l',
      'step.cancelled l#1/x',
      'step.cancelled l#1/y',
      'run.completed',
    ]);
    assert.deepEqual(work.aborted, ['l#1/x']);
  });

  it('takes a failure that was passed over back', async () => {
    const work = doors();
    const h = harness(work.script);
    const runId = await h.start(workflow([task('a', { continueOnError: true }), task('b', { dependsOn: ['a'] })]));
    work.fail('a', new AppError({ code: 'skill.failed', message: 'spent' }));
    await settle();
    await h.runtime.override(runId, { path: 'a', output: 'by hand', by: 'person', reason: '' });
    work.open('b');
    await settle();
    const { status, errors, results } = await h.runtime.view(runId);
    assert.deepEqual([status, errors, results], ['completed', [], { a: 'by hand', b: 'b' }]);
  });

  it('refuses a step that does not exist and a run that has ended', async () => {
    const h = harness(doors().script);
    const runId = await h.start(workflow([task('a')]));
    const request = { output: 1, by: 'person', reason: '' };
    await assert.rejects(h.runtime.override(runId, { path: 'nope', ...request }), { code: 'step.notFound' });
    await h.runtime.override(runId, { path: 'a', ...request });
    await settle();
    await assert.rejects(h.runtime.override(runId, { path: 'a', ...request }), { code: 'run.finished' });
  });
});

describe('decisions', () => {
  it('reach the executor that asked, and their time does not count against its limit', async () => {
    const h = harness((_given, context) => context.decide(question));
    const runId = await h.start(workflow([task('a', { timeoutMs: 1_000 })]));
    await settle();
    const view = await h.runtime.view(runId);
    assert.deepEqual([view.steps[0]?.status, view.waitingDecisions, view.currentStep], ['waiting', 1, 'a']);
    h.clock.advance(60_000);
    await h.runtime.decide(runId, { decisionId: view.decisions[0]?.id ?? '', choice: 'left', by: 'person', reason: 'why not' });
    await settle();
    assert.deepEqual((await h.runtime.view(runId)).results, { a: { choice: 'left', reason: 'why not' } });
  });

  it('refuse a choice that was not offered, and an answer to what nobody asks any more', async () => {
    const h = harness((_given, context) => context.decide(question));
    const runId = await h.start(workflow([task('a')]));
    await settle();
    const decisionId = (await h.runtime.view(runId)).decisions[0]?.id ?? '';
    const answer = { decisionId, by: 'person', reason: '' };
    await assert.rejects(h.runtime.decide(runId, { ...answer, choice: 'up' }), { code: 'decision.unknownChoice' });
    const twice = [1, 2].map(() => h.runtime.decide(runId, { ...answer, choice: 'left' }));
    const outcomes = await Promise.allSettled(twice);
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.status === 'rejected' ? (outcome.reason as AppError).code : 'taken')),
      ['taken', 'decision.notFound'],
    );
  });

  it('keep their id over a restart; an answer given meanwhile returns at once', async () => {
    const script = async (_given: unknown, context: StepContext): Promise<Json> => [
      await context.decide(question),
      await context.decide({ ...question, title: 'And then?' }),
    ];
    const first = harness(script);
    const runId = await first.start(workflow([task('a'), gate('g', { dependsOn: ['a'] })]));
    await settle();
    const asked = (await first.runtime.view(runId)).decisions;
    await first.runtime.shutdown();

    const second = first.restart();
    assert.deepEqual((await second.runtime.view(runId)).decisions, asked);
    await second.runtime.decide(runId, { decisionId: asked[0]?.id ?? '', choice: 'right', by: 'person', reason: '' });
    await second.runtime.resume(runId, 'person');
    await settle();
    const next = (await second.runtime.view(runId)).decisions;
    assert.deepEqual(
      next.map((decision) => decision.title),
      ['And then?'],
    );
    await second.runtime.decide(runId, { decisionId: next[0]?.id ?? '', choice: 'left', by: 'person', reason: '' });
    await settle();
    const waitingGate = (await second.runtime.view(runId)).decisions;
    await second.runtime.shutdown();

    const third = second.restart();
    await third.runtime.resume(runId, 'person');
    await settle();
    assert.deepEqual((await third.runtime.view(runId)).decisions, waitingGate);
    await third.runtime.decide(runId, { decisionId: waitingGate[0]?.id ?? '', choice: 'pass', by: 'person', reason: 'fine' });
    await settle();
    assert.deepEqual((await third.runtime.view(runId)).results, {
      a: [
        { choice: 'right', reason: '' },
        { choice: 'left', reason: '' },
      ],
      g: { passed: true, by: 'person', reason: 'fine' },
    });
    assert.deepEqual(third.executed, []);
  });

  it('fail the gate when the person says so, and are withdrawn when the run is cancelled', async () => {
    const h = harness();
    const refused = await h.start(workflow([gate('g')]));
    const decisionId = (await h.runtime.view(refused)).decisions[0]?.id ?? '';
    await h.runtime.decide(refused, { decisionId, choice: 'fail', by: 'person', reason: 'not like this' });
    const view = await h.runtime.view(refused);
    assert.deepEqual([view.status, view.error?.code, view.error?.message], ['failed', 'gate.refused', 'Is g good? (not like this)']);
    const cancelled = await h.start(workflow([gate('g')]));
    await h.runtime.cancel(cancelled, 'person', '');
    assert.deepEqual((await h.runtime.view(cancelled)).decisions, []);
  });
});

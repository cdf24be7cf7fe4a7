// CustomRuntime as its callers see it: commands, durability, restarts.

import assert from 'node:assert/strict';
import { AppError, isAbort } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import type { StepContext } from '#core/engine/executor.ts';
import { currentFlags } from '#core/engine/flags.ts';
import type { RuntimeEvent } from '#core/engine/runtime.ts';
import type { Step } from '#core/workflow/definition.ts';
import type { RunEvent } from '#protocol/runEvents.ts';
import { type Harness, type Script, harness, settle } from '#test/support/engineHarness.ts';
import { chain, gate, loop, map, subWorkflow, task, workflow } from '#test/support/workflows.ts';

/** Work that ends when the test says so. */
function doors(): {
  readonly script: Script;
  open(path: string, output?: Json): void;
  fail(path: string, error: Error): void;
  readonly aborted: string[];
} {
  const waiting = new Map<string, { resolve: (output: Json) => void; reject: (error: Error) => void }>();
  const aborted: string[] = [];
  return {
    aborted,
    script: ({ path }, { signal }) => {
      signal.addEventListener('abort', () => aborted.push(path));
      return new Promise((resolve, reject) => waiting.set(path, { resolve, reject }));
    },
    open: (path, output = path) => waiting.get(path)?.resolve(output),
    fail: (path, error) => waiting.get(path)?.reject(error),
  };
}

const types = (events: readonly RunEvent[]): string[] =>
  events.map((event) => ('path' in event ? `${event.type} ${event.path}` : event.type));
const statusOf = async (h: Harness, runId: string): Promise<string> => (await h.runtime.view(runId)).status;
const question = {
  kind: 'question',
  title: 'Which one?',
  detail: '',
  options: [
    { id: 'left', label: 'Left' },
    { id: 'right', label: 'Right' },
  ],
} as const;
const tick = (times: number): Promise<void> => (times === 0 ? Promise.resolve() : Promise.resolve().then(() => tick(times - 1)));

describe('a run and its store', () => {
  it('tells nobody of an event and starts nothing that follows from it before it is durable', async () => {
    const work = doors();
    const h = harness(work.script);
    const runId = await h.start(workflow(chain('a', 'b')));
    h.runs.hold();
    work.open('a');
    await settle();
    assert.deepEqual(h.executed, ['a']);
    assert.ok(!h.heard.some((heard) => heard.kind === 'run' && heard.event.type === 'step.succeeded'));
    h.runs.release();
    await settle();
    assert.deepEqual(h.executed, ['a', 'b']);
    assert.deepEqual((await h.runtime.view(runId)).results, { a: 'a' });
  });

  it('shows no outcome in a view before it is durable', async () => {
    const work = doors();
    const h = harness(work.script);
    const runId = await h.start(workflow(chain('a', 'b')));
    h.runs.hold();
    work.open('a');
    await settle();
    let shown: string | null = null;
    const view = h.runtime.view(runId).then((seen) => (shown = seen.steps[0]?.status ?? null));
    await settle();
    assert.equal(shown, null);
    h.runs.release();
    await view;
    assert.equal(shown, 'succeeded');
  });

  it('commits once for a chain step and once for all steps that end together', async () => {
    const h = harness(() => null, { maxParallelSteps: 100 });
    const middle = Array.from({ length: 50 }, (_, index) => `m${index}`);
    const fan = [task('first'), ...middle.map((key) => task(key, { dependsOn: ['first'] })), task('last', { dependsOn: middle })];
    await h.start(workflow(fan));
    await settle();
    assert.equal(h.runs.commits, 4, 'start, first, the fifty, last');
  });

  it('delivers to subscribers exactly what is stored, in order', async () => {
    const h = harness();
    const runId = await h.start(workflow([map('each', chain('x', 'y'))]), { inputs: { items: [1, 2] } });
    await settle();
    assert.deepEqual(
      h.heard.map((heard) => (heard.kind === 'run' ? heard.event : null)),
      h.history(runId),
    );
  });

  it('gives a run up when its events cannot be stored, says so, and can resume it later', async () => {
    const work = doors();
    const h = harness(work.script);
    const runId = await h.start(workflow([...chain('a', 'b'), task('c')]));
    h.runs.failWith(new AppError({ code: 'store.full', message: 'The disk is full.' }));
    work.open('a');
    await settle();
    assert.deepEqual(h.runtime.live(), []);
    assert.deepEqual(work.aborted, ['c']);
    assert.equal(h.errors.length, 1);
    await assert.rejects(h.runtime.pause(runId, 'person', ''), { code: 'store.full' });
    h.runs.failWith(null);
    await h.runtime.resume(runId, 'person');
    await settle();
    assert.deepEqual(h.executed, ['a', 'c', 'a', 'c']);
  });

  it('records the flags of this engine with a new run', async () => {
    const h = harness();
    const [created] = h.history(await h.start(workflow([])));
    assert.deepEqual(created?.type === 'run.created' && created.flags, currentFlags);
  });

  it('releases what has ended', async () => {
    const h = harness();
    await Promise.all(Array.from({ length: 1_000 }, () => h.start(workflow(chain('a', 'b', 'c', 'd', 'e')))));
    await settle();
    for (let round = 0; round < 20 && h.runtime.live().length > 0; round += 1) await settle();
    assert.deepEqual(h.runtime.live(), []);
    assert.equal(h.clock.pending, 0);
    assert.equal(h.executed.length, 5_000);
  });
});

describe('starting a run', () => {
  it('returns the first run for an idempotency key that was used, also when both start at once', async () => {
    const h = harness();
    const [first, second] = await Promise.all([1, 2].map(() => h.start(workflow(chain('a')), { idempotencyKey: 'k' })));
    await settle();
    assert.equal(first, second);
    assert.equal(await h.start(workflow(chain('a')), { idempotencyKey: 'k' }), first);
    assert.deepEqual(h.executed, ['a']);
    assert.deepEqual(h.errors, []);
  });

  it('completes a workflow without steps', async () => {
    const h = harness();
    const runId = await h.start(workflow([]));
    assert.equal(await statusOf(h, runId), 'completed');
  });

  it('runs no more tasks at a time than the run may, and lets those that wait for a person make room', async () => {
    const work = doors();
    const script: Script = (given, context) => (given.path === 'ask' ? context.decide(question) : work.script(given, context));
    const h = harness(script);
    const runId = await h.start(workflow([task('ask'), task('b'), task('c')], { limits: { maxParallelSteps: 1 } }));
    await settle();
    assert.deepEqual(h.executed, ['ask', 'b']);
    work.open('b');
    await settle();
    assert.deepEqual(h.executed, ['ask', 'b', 'c']);
    await h.runtime.shutdown();
    const next = h.restart(script);
    await next.runtime.resume(runId, 'person');
    await settle();
    assert.deepEqual(next.executed, ['ask', 'c']);
  });

  it('runs a 10,000-step chain and a fan-out of 1,000', async () => {
    const h = harness(() => null, { maxParallelSteps: 1_000 });
    const middle = Array.from({ length: 1_000 }, (_, index) => `m${index}`);
    const long = await h.start(workflow(chain(...Array.from({ length: 10_000 }, (_, index) => `s${index}`))));
    const wide = await h.start(
      workflow([task('first'), ...middle.map((key) => task(key, { dependsOn: ['first'] })), task('last', { dependsOn: middle })]),
    );
    for (let round = 0; round < 1_000 && h.runtime.live().length > 0; round += 1) await settle();
    assert.deepEqual([h.runs.rows.get(long)?.stepsDone, h.runs.rows.get(wide)?.stepsDone], [10_000, 1_002]);
  });
});

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
    assert.equal(types(h.history(runId)).filter((type) => type === 'run.paused').length, 1);
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
    assert.ok(!types(h.history(runId)).includes('step.succeeded a'));
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
    assert.deepEqual(types(h.history(runId)).slice(-4), [
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

describe('the work of a step', () => {
  it('sees results and failures in the order of the steps, whichever of them ended first', async () => {
    const seen: string[] = [];
    const slow = Promise.withResolvers<null>();
    const h = harness(async ({ step, results, failures }) => {
      if (step.key === 'c') seen.push(JSON.stringify(results), failures.map(({ path }) => path).join());
      if (step.key === 'a' || step.key === 'x') await slow.promise;
      if (step.key === 'x' || step.key === 'y') throw new AppError({ code: 'test.fatal', message: 'no' });
      return step.key;
    });
    const failing = ['x', 'y'].map((key) => task(key, { continueOnError: true }));
    await h.start(workflow([task('a'), task('b'), ...failing, task('c', { dependsOn: ['a', 'b', 'x', 'y'] })]));
    await settle();
    slow.resolve(null);
    await settle();
    assert.deepEqual(seen, ['{"a":"a","b":"b","x":null,"y":null}', 'x,y']);
  });

  it('sees inputs, filled templates, and what was settled and failed before it', async () => {
    const seen: Json[] = [];
    const h = harness((given) => {
      if (given.step.key === 'bad') throw new AppError({ code: 'test.fatal', message: 'no' });
      const { args, prompt, inputs, results, failures, workflow: name, mode } = given;
      if (given.path === 'each[1]/look')
        seen.push({ args, prompt, inputs, results, failures: failures.map((failure) => failure.path), name, mode });
      return given.path;
    });
    const look = task('look', {
      dependsOn: ['inner'],
      prompt: 'Look at {{ item }} of {{ inputs.repo }}.',
      with: { previous: '{{ results.inner }}' },
    });
    const steps = [
      task('a'),
      task('bad', { continueOnError: true }),
      map('each', [task('inner'), look], { dependsOn: ['a', 'bad'], over: '["x", "y"]' }),
    ];
    await h.start(workflow(steps), { inputs: { repo: 'cas' } });
    await settle();
    assert.deepEqual(seen, [
      {
        args: { previous: 'each[1]/inner' },
        prompt: 'Look at y of cas.',
        inputs: { repo: 'cas' },
        results: { a: 'a', bad: null, inner: 'each[1]/inner' },
        failures: ['bad'],
        name: 'test',
        mode: 'auto',
      },
    ]);
  });

  it('goes on after what it records only once that is durable', async () => {
    const done: string[] = [];
    const record = {
      agent: 'developer',
      kind: 'plan',
      title: 'A plan',
      data: ['look', 'fix'],
      startedAt: 1,
      durationMs: 2,
      ok: true,
    } as const;
    const proposal = { proposalId: 'prop_1', title: 'Fix', files: 1, added: 2, removed: 3 };
    const h = harness(async (_given, context) => {
      await context.record(record);
      done.push('recorded');
      await context.proposalCreated(proposal);
      return null;
    });
    h.runs.hold();
    const start = h.start(workflow([task('a')]));
    await settle();
    h.runs.release();
    h.runs.hold();
    const runId = await start;
    await settle();
    assert.deepEqual([h.executed, done], [['a'], []]);
    h.runs.release();
    await settle();
    const own = h
      .history(runId)
      .flatMap(({ seq: _seq, at: _at, runId: _run, ...fact }) => (/^(agent|proposal)/.test(fact.type) ? [fact] : []));
    assert.deepEqual(own, [
      { type: 'agent.recorded', path: 'a', ...record },
      { type: 'proposal.created', path: 'a', ...proposal },
    ]);
    assert.equal((await h.runtime.view(runId)).proposals, 1);
  });
});

describe('a step that cannot be done', () => {
  const failing: { readonly [why: string]: { readonly steps: readonly Step[]; readonly code: string; readonly path: string } } = {
    'a map over something that is no list': { steps: [map('m', chain('x'), { over: '"text"' })], code: 'step.notAList', path: 'm' },
    'a map over too many items': { steps: [map('m', chain('x'), { over: 'inputs.many' })], code: 'step.mapTooLarge', path: 'm' },
    'a workflow that is not there': { steps: [subWorkflow('w', 'gone')], code: 'step.workflowMissing', path: 'w' },
    'a template with an error': { steps: [task('t', { with: { n: '{{ 1 + "x" }}' } })], code: 'workflow.expression', path: 't' },
    'a loop whose end is no condition': { steps: [loop('l', chain('x'), { until: '1' })], code: 'workflow.expression', path: 'l' },
    'a gate whose check is no condition': { steps: [gate('g', { check: '"yes"' })], code: 'workflow.expression', path: 'g' },
    'a step no agent can do': { steps: [task('t', { agent: 'missing' })], code: 'agent.notFound', path: 't' },
  };
  for (const [why, { steps, code, path }] of Object.entries(failing)) {
    it(`fails with its error and nothing else breaks: ${why}`, async () => {
      const h = harness();
      const runId = await h.start(workflow(steps), { inputs: { many: Array.from({ length: 10_001 }, () => 0) } });
      await settle();
      const view = await h.runtime.view(runId);
      assert.deepEqual([view.status, view.error?.code, view.errors.map((error) => error.path), h.errors], ['failed', code, [path], []]);
    });
  }
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
    const h = harness(() => null, { snapshotEveryEvents: 20 });
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

describe('listeners', () => {
  it('hear nothing after they were disposed, and one that throws disturbs no other', async () => {
    const h = harness();
    const gone: RuntimeEvent[] = [];
    h.runtime.subscribe((event) => gone.push(event)).dispose();
    h.runtime.subscribe(() => {
      throw new Error('a broken view');
    });
    const runId = await h.start(workflow(chain('a')));
    await settle();
    assert.deepEqual([gone.length, h.heard.length], [0, h.history(runId).length]);
    assert.equal(h.errors.length, h.heard.length);
  });

  it('lose signals when too many wait, but never an event', async () => {
    const h = harness(async ({ path }, context) => {
      for (let index = 0; index < 5_000; index += 1) context.emit({ type: 'text', path, text: 'x' });
      return null;
    });
    const runId = await h.start(workflow([task('a')]));
    await settle();
    const events = h.heard.filter((heard) => heard.kind === 'run');
    assert.deepEqual([events.length, h.heard.length - events.length], [h.history(runId).length, 1_000]);
  });

  it('hear no signal of work that was cancelled', async () => {
    const gone = doors();
    const h = harness(async (given, context) => {
      await gone.script(given, context);
      context.emit({ type: 'text', path: given.path, text: 'still here' });
      return null;
    });
    const runId = await h.start(workflow([task('a')]));
    await h.runtime.cancel(runId, 'person', '');
    gone.open('a');
    await tick(20);
    assert.ok(h.heard.every((heard) => heard.kind === 'run'));
  });
});

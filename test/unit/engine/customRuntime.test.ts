// CustomRuntime as its callers see it: durability, starting, the work of steps, listeners.

import assert from 'node:assert/strict';
import { AppError } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import { currentFlags } from '#core/engine/flags.ts';
import type { RuntimeEvent } from '#core/engine/runtime.ts';
import type { Step } from '#core/workflow/definition.ts';
import { type Script, harness, question, settle, statusOf } from '#test/support/engineHarness.ts';
import { doors } from '#test/support/runtimeHarness.ts';
import { chain, gate, loop, map, subWorkflow, task, workflow } from '#test/support/workflows.ts';

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

import assert from 'node:assert/strict';
import { AppError } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import { loadRun } from '#core/engine/loadRun.ts';
import { SNAPSHOT_FORMAT } from '#core/engine/snapshot.ts';
import { viewOf } from '#core/engine/view.ts';
import type { RunFact } from '#protocol/runEvents.ts';
import { type Harness, type Script, harness, settle } from '#test/support/engineHarness.ts';
import { chain, loop, map, task, workflow } from '#test/support/workflows.ts';

const broken = new AppError({ code: 'skill.failed', message: 'no compiler' });
const quota = new AppError({ code: 'llm.quota', message: 'The quota is used up.' });
const undo = { compensate: { action: 'test.undo', with: { made: '{{ results.a }}' } } };

function factsOf<T extends RunFact['type']>(h: Harness, runId: string, type: T) {
  return h.history(runId).filter((event): event is Extract<ReturnType<Harness['history']>[number], { type: T }> => event.type === type);
}

/** Tells work from undoing it. */
const isUndo: (task: Parameters<Script>[0]) => boolean = ({ step }) => step.action === 'test.undo';

describe('undoing what a failed run completed', () => {
  const saga = workflow([
    task('a', undo),
    map('each', [task('b', undo)], { over: '[1, 2]', concurrency: 1, dependsOn: ['a'] }),
    task('plain', { dependsOn: ['each'] }),
    task('bad', { dependsOn: ['plain'], ...undo }),
  ]);

  it('takes completed steps in reverse order of completion, with their results, and none that has no way back', async () => {
    const seen: Json[] = [];
    const h = harness((given) => {
      if (given.step.key === 'bad' && !isUndo(given)) throw broken;
      if (isUndo(given)) seen.push([given.path, given.args['made'] ?? null, given.idempotencyKey]);
      return `made ${given.path}`;
    });
    const runId = await h.start(saga);
    await settle();
    assert.deepEqual(
      seen,
      ['each[1]/b', 'each[0]/b', 'a'].map((path) => [path, 'made a', `${runId}/${path}!undo`]),
    );
    const view = await h.runtime.view(runId);
    assert.deepEqual([view.status, view.error?.code], ['failed', 'skill.failed']);
    assert.deepEqual(
      view.compensations.map(({ path, status }) => `${path} ${status}`),
      ['each[1]/b compensated', 'each[0]/b compensated', 'a compensated'],
    );
  });

  it('tries again as the step allows, goes past one that cannot be undone, and leaves a letter for it', async () => {
    const retry = { maxAttempts: 2, initialDelayMs: 10, maxDelayMs: 10 };
    const h = harness((given) => {
      if (given.step.key === 'bad') throw broken;
      if (isUndo(given) && given.path === 'b') throw new AppError({ code: 'net.reset', message: 'gone', retryable: true });
      return given.path;
    });
    const steps = [task('a', undo), task('b', { ...undo, dependsOn: ['a'], retry }), task('bad', { dependsOn: ['b'] })];
    const runId = await h.start(workflow(steps));
    await settle();
    h.clock.advance(10);
    await settle();
    const { status, compensations } = await h.runtime.view(runId);
    assert.deepEqual([status, compensations.map((one) => one.status)], ['failed', ['failed', 'compensated']]);
    assert.equal(factsOf(h, runId, 'step.compensationFailed').length, 2);
    assert.deepEqual(
      factsOf(h, runId, 'step.deadLettered').map(({ path, stage, attempts }) => [path, stage, attempts]),
      [
        ['bad', 'execute', 1],
        ['b', 'compensate', 2],
      ],
    );
  });

  it('goes on with it after a kill, without undoing again what was undone', async () => {
    let held = true;
    const h = harness((given) => {
      if (given.step.key === 'bad') throw broken;
      if (isUndo(given) && given.path === 'a' && held) return new Promise(() => {});
      return given.path;
    });
    const steps = [task('a', undo), task('b', { ...undo, dependsOn: ['a'] }), task('bad', { dependsOn: ['b'] })];
    const runId = await h.start(workflow(steps));
    await settle();
    assert.equal((await h.runtime.view(runId)).currentStep, 'a');
    h.kill();
    held = false;
    const next = h.restart();
    await next.runtime.resume(runId, 'engine');
    await settle();
    assert.deepEqual([(await next.runtime.view(runId)).status, next.executed], ['failed', ['undo a']]);
  });

  it('happens on a cancel only when that is asked for', async () => {
    for (const compensate of [false, true]) {
      const h = harness((given) => (given.step.key === 'b' ? new Promise(() => {}) : given.path));
      const runId = await h.start(workflow([task('a', undo), task('b', { dependsOn: ['a'] })]));
      await settle();
      await h.runtime.cancel(runId, 'person', 'enough', { compensate });
      await settle();
      const { status, compensations } = await h.runtime.view(runId);
      assert.deepEqual([status, compensations.length], ['cancelled', compensate ? 1 : 0]);
    }
  });

  it('happens to a run whose process died, when it is cancelled so: nothing else of it starts', async () => {
    const h = harness((given) => (given.step.key === 'b' ? new Promise(() => {}) : given.path));
    const runId = await h.start(workflow([task('a', undo), task('b', { dependsOn: ['a'] })]));
    await settle();
    h.kill();
    const next = h.restart();
    await next.runtime.cancel(runId, 'person', 'enough', { compensate: true });
    await settle();
    assert.deepEqual([(await next.runtime.view(runId)).status, next.executed, next.runtime.live()], ['cancelled', ['undo a'], []]);
    await next.runtime.cancel(runId, 'person', 'again', { compensate: true });
  });

  it('is only told in a dry run', async () => {
    const h = harness((given) => {
      if (given.step.key === 'bad') throw broken;
      return given.path;
    });
    const runId = await h.start(workflow([task('a', undo), task('bad', { dependsOn: ['a'] })]), { mode: 'dry-run' });
    await settle();
    const { status, compensations } = await h.runtime.view(runId);
    assert.deepEqual([status, compensations.map((one) => one.status), h.executed], ['failed', ['planned'], ['a', 'bad']]);
  });

  it('makes recorded results unfit for going back to; a redrive goes back before them', async () => {
    let works = false;
    const keys: string[] = [];
    const h = harness((given) => {
      keys.push(given.idempotencyKey);
      if (given.step.key === 'bad' && !works) throw broken;
      return given.path;
    });
    const runId = await h.start(workflow([task('first'), task('a', { ...undo, dependsOn: ['first'] }), task('bad', { dependsOn: ['a'] })]));
    await settle();
    const refusal = { code: 'run.undone', details: { runId, version: 2, paths: ['a'], lastVersion: 1 } };
    await assert.rejects(h.runtime.rollback(runId, { version: 2, by: 'person', reason: '' }), refusal);
    await assert.rejects(h.runtime.fork(runId, { version: 2, inputs: {}, title: '', hasModel: false, by: 'person' }), {
      code: 'run.undone',
    });
    works = true;
    await h.runtime.redrive(runId, { path: 'bad', by: 'person', reason: '' });
    await settle();
    assert.equal((await h.runtime.view(runId)).status, 'completed');
    assert.deepEqual(h.executed, ['first', 'a', 'bad', 'undo a', 'a', 'bad']);
    assert.ok(keys.includes(`${runId}/a~1`), 'what is done after it was undone is something new');
  });
});

describe('a step that failed for good', () => {
  for (const [stage, step, fail] of [
    ['assign', { agent: 'missing' }, () => null],
    ['prepare', { with: { x: '{{ 1 + true }}' } }, () => null],
    ['timeout', { timeoutMs: 50 }, () => new Promise<Json>(() => {})],
    ['deliver', {}, () => 1n as unknown as Json],
    ['execute', {}, () => Promise.reject(broken)],
  ] as const) {
    it(`leaves a letter that says it got as far as: ${stage}`, async () => {
      const h = harness(fail);
      const runId = await h.start(workflow([loop('l', [task('x', step)])]));
      await settle();
      h.clock.advance(50);
      await settle();
      assert.deepEqual(
        factsOf(h, runId, 'step.deadLettered').map((letter) => [letter.path, letter.stage]),
        [['l#1/x', stage]],
      );
    });
  }

  it('leaves none when its run goes on without it', async () => {
    const h = harness(({ step }) => (step.key === 'a' ? Promise.reject(broken) : 'on'));
    const runId = await h.start(workflow([task('a', { continueOnError: true }), task('b', { dependsOn: ['a'] })]));
    await settle();
    assert.deepEqual([(await h.runtime.view(runId)).status, factsOf(h, runId, 'step.deadLettered')], ['completed', []]);
  });

  it('is put back with all its attempts, and nothing else runs again', async () => {
    let works = false;
    const retry = { maxAttempts: 2, initialDelayMs: 10, maxDelayMs: 10 };
    const h = harness(({ step }) => {
      if (step.key === 'b' && !works) throw new AppError({ code: 'net.reset', message: 'gone', retryable: true });
      return step.key;
    });
    const runId = await h.start(workflow(chain('a', 'b', 'c').map((step) => ({ ...step, retry }))));
    await settle();
    h.clock.advance(10);
    await settle();
    assert.equal((await h.runtime.view(runId)).status, 'failed');
    works = true;
    await h.runtime.redrive(runId, { path: 'b', by: 'person', reason: 'the network is back' });
    await settle();
    assert.equal((await h.runtime.view(runId)).status, 'completed');
    assert.deepEqual(h.executed, ['a', 'b', 'b', 'b', 'c']);
    assert.deepEqual(
      factsOf(h, runId, 'run.rewound').map(({ redrive, toVersion }) => [redrive, toVersion]),
      [['b', 1]],
    );
    await assert.rejects(h.runtime.redrive(runId, { path: 'a', by: 'person', reason: '' }), { code: 'step.notFound' });
  });
});

describe('a terminal provider error', () => {
  it('stops everything everywhere, aborts work in flight, keeps what was done, and ends the run partial', async () => {
    const aborted: string[] = [];
    let spent = true;
    const h = harness(({ path, step }, { signal }) => {
      if (step.key === 'think' && spent) throw quota;
      if (step.key !== 'hangs' || !spent) return path;
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted.push(path);
          reject(signal.reason);
        });
      });
    });
    const steps = [
      task('done'),
      task('hangs', { dependsOn: ['done'] }),
      loop('l', [task('think', { continueOnError: true }), task('inner', { dependsOn: ['think'] })], {
        dependsOn: ['done'],
        continueOnError: true,
        maxIterations: 1,
      }),
      task('after', { dependsOn: ['l'] }),
    ];
    const runId = await h.start(workflow(steps, { output: 'results.after' }));
    await settle();
    const view = await h.runtime.view(runId);
    assert.deepEqual([view.status, view.output, aborted], ['partial', { done: 'done' }, ['hangs']]);
    assert.deepEqual(h.executed, ['done', 'hangs', 'l#1/think']);

    spent = false;
    await h.runtime.resume(runId, 'person');
    await settle();
    const again = await h.runtime.view(runId);
    assert.deepEqual([again.status, again.output], ['completed', 'after']);
    assert.deepEqual(h.executed.slice(3).sort(), ['after', 'hangs', 'l#1/inner', 'l#1/think']);
  });

  it('undoes nothing', async () => {
    const h = harness(({ step }) => (step.key === 'b' ? Promise.reject(quota) : step.key));
    const runId = await h.start(workflow([task('a', undo), task('b', { dependsOn: ['a'] })]));
    await settle();
    const { status, compensations } = await h.runtime.view(runId);
    assert.deepEqual([status, compensations], ['partial', []]);
  });
});

describe('a result that JSON cannot hold', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = [cyclic];
  const deep = Array.from({ length: 5_000 }).reduce<unknown>((inner) => [inner], null);
  for (const [what, value, told] of [
    ['a cycle', cyclic, 'output.self[0] holds itself'],
    ['a bigint', { n: 1n }, 'output.n is a bigint'],
    ['undefined inside', { list: [1, undefined] }, 'output.list[1] is undefined'],
    ['nothing at all', undefined, 'output is undefined'],
    ['no number', { n: Number.NaN }, 'output.n is NaN'],
    ['a map', { m: new Map() }, 'output.m is a Map'],
    ['a function', { f: () => 1 }, 'output.f is a function'],
    ['no end of nesting', deep, 'nested deeper'],
  ] as const) {
    it(`fails its step and not the run's recording: ${what}`, async () => {
      const h = harness(({ step }) => (step.key === 'a' ? (value as Json) : 'went on'));
      const runId = await h.start(workflow([task('a', { continueOnError: true }), task('b', { dependsOn: ['a'] })]));
      await settle();
      const { status, errors } = await h.runtime.view(runId);
      assert.deepEqual([status, errors[0]?.error.code, h.errors], ['completed', 'step.badResult', []]);
      assert.ok(errors[0]?.error.message.includes(told), errors[0]?.error.message);
    });
  }

  it('is refused where an agent records it, and where an error carries it', async () => {
    const h = harness(async ({ step }, context) => {
      if (step.key === 'b') throw new AppError({ code: 'x.y', message: 'kept', details: { at: undefined as unknown as Json } });
      await context.record({ agent: 'x', kind: 'plan', title: '', data: cyclic as Json, startedAt: 0, durationMs: 0, ok: true });
      return 'never';
    });
    const runId = await h.start(workflow([task('a', { continueOnError: true }), task('b', { continueOnError: true })]));
    await settle();
    const { errors } = await h.runtime.view(runId);
    assert.deepEqual(errors.map(({ error }) => error.code).sort(), ['step.badResult', 'x.y']);
    assert.deepEqual(h.errors, []);
  });
});

describe('an effect that is done once', () => {
  it('is not done again by another attempt, in another process, or after a rollback', async () => {
    let sent = 0;
    let failing = true;
    const retry = { maxAttempts: 2, initialDelayMs: 0, maxDelayMs: 0 };
    const script: Script = async (_task, context) => {
      const [one, two] = await Promise.all([1, 2].map(() => context.once('mail', async (key) => ({ key, number: (sent += 1) }))));
      if (failing) throw new AppError({ code: 'net.reset', message: 'gone', retryable: true });
      return [one ?? null, two ?? null];
    };
    const h = harness(script);
    const runId = await h.start(workflow([task('a', { retry })]));
    await settle();
    h.clock.advance(0);
    await settle();
    assert.equal((await h.runtime.view(runId)).status, 'failed');
    failing = false;
    h.kill();
    const next = h.restart();
    await next.runtime.rollback(runId, { version: 0, by: 'person', reason: '' });
    await next.runtime.resume(runId, 'person');
    await settle();
    const mail = { key: `${runId}/a/mail`, number: 1 };
    assert.deepEqual((await next.runtime.view(runId)).results, { a: [mail, mail] });
  });

  it('may be tried again when it failed', async () => {
    let tries = 0;
    const h = harness(async (_task, context) => {
      const work = async (): Promise<number> => {
        tries += 1;
        if (tries === 1) throw broken;
        return tries;
      };
      await assert.rejects(context.once('x', work), broken);
      return context.once('x', work);
    });
    const runId = await h.start(workflow([task('a')]));
    await settle();
    assert.deepEqual((await h.runtime.view(runId)).results, { a: 2 });
  });
});

describe('a snapshot that is damaged', () => {
  for (const [what, state] of [
    ['no JSON', '{'],
    ['of another shape', '{}'],
    ['of steps that are not there', '{"seq":9,"steps":[],"scopes":[{"owner":"x"}]}'],
  ]) {
    it(`is passed over, and told: ${what}`, async () => {
      const h = harness();
      const runId = await h.start(workflow(chain('a', 'b')));
      await settle();
      const view = await h.runtime.view(runId);
      h.runs.snapshots.set(runId, [{ seq: 9, format: SNAPSHOT_FORMAT, state: state ?? '' }]);
      const warned: string[] = [];
      const loaded = await loadRun(h.runs, runId, { log: { warn: (message) => warned.push(message) } });
      assert.deepEqual(viewOf(loaded), view);
      assert.equal(warned.length, 1);
    });
  }
});

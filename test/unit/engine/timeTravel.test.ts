import assert from 'node:assert/strict';
import { AppError } from '#base/errors.ts';
import { replay } from '#core/engine/reduce.ts';
import { viewOf } from '#core/engine/view.ts';
import type { StepView } from '#protocol/runView.ts';
import { type Harness, type Script, harness, settle } from '#test/support/engineHarness.ts';
import { chain, gate, loop, task, workflow } from '#test/support/workflows.ts';

/** Each time a step works it gives another result. */
function counting(): Script {
  let times = 0;
  return ({ step }) => `${step.key}${(times += 1)}`;
}

async function finished(script: Script = counting(), keys = ['a', 'b', 'c']): Promise<{ h: Harness; runId: string }> {
  const h = harness(script, { snapshotEveryEvents: 6 });
  const runId = await h.start(workflow(chain(...keys)));
  await settle();
  assert.equal((await h.runtime.view(runId)).status, 'completed');
  return { h, runId };
}

const by = { by: 'person', reason: 'wrong turn' } as const;
const forkOf = (version: number) => ({ version, inputs: {}, title: 'Fork', hasModel: false, by: 'person' });
const statuses = (steps: readonly StepView[]): string[] => steps.map((step) => `${step.key} ${step.status}`);

describe('looking at the past of a run', () => {
  it('shows the run as it was at each version, and right after its start', async () => {
    const { h, runId } = await finished();
    const at = async (version: number) => (await h.runtime.viewAt(runId, version)).results;
    assert.deepEqual([await at(0), await at(1), await at(3)], [{}, { a: 'a1' }, { a: 'a1', b: 'b2', c: 'c3' }]);
    assert.equal((await h.runtime.viewAt(runId, 2)).status, 'executing');
  });

  it('names exactly the steps that differ between two versions, either way round', async () => {
    const { h, runId } = await finished();
    const { steps } = await h.runtime.diff(runId, { from: 1, to: 2 });
    const [b] = steps;
    assert.deepEqual([steps.length, b?.path, b?.from?.status, b?.from?.output, b?.to?.output], [1, 'b', 'pending', undefined, 'b2']);
    const back = await h.runtime.diff(runId, { from: 2, to: 1 });
    assert.deepEqual(back.steps, [{ path: 'b', from: b?.to, to: b?.from }]);
    assert.deepEqual((await h.runtime.diff(runId, { from: 2, to: 2 })).steps, []);
  });

  it('finds versions by step, wherever it stands, and from a version on', async () => {
    const h = harness();
    const runId = await h.start(workflow([loop('l', chain('x', 'y'), { until: 'iteration == 2' })]));
    await settle();
    const found = await h.runtime.history(runId, { step: 'y', since: 3 });
    assert.deepEqual(
      found.map(({ version, path }) => `v${version} ${path}`),
      ['v4 l#2/y'],
    );
    assert.equal((await h.runtime.history(runId, { step: 'l#1/x' })).length, 1);
  });

  it('refuses versions and runs that are not there', async () => {
    const { h, runId } = await finished();
    await assert.rejects(h.runtime.viewAt(runId, 4), { code: 'run.noVersion' });
    await assert.rejects(h.runtime.diff(runId, { from: 0, to: 9 }), { code: 'run.noVersion' });
    await assert.rejects(h.runtime.viewAt('run_x', 1), { code: 'run.notFound' });
    await assert.rejects(h.runtime.history('run_x'), { code: 'run.notFound' });
  });
});

describe('rolling a run back', () => {
  it('sets later steps aside and goes on from the version, running nothing recorded again', async () => {
    const { h, runId } = await finished();
    assert.deepEqual(await h.runtime.rollback(runId, { version: 1, ...by }), { setAside: ['b', 'c'] });
    const back = await h.runtime.view(runId);
    assert.deepEqual([back.status, statuses(back.steps), back.output], ['paused', ['a succeeded', 'b pending', 'c pending'], null]);
    await h.runtime.resume(runId, 'person');
    await settle();
    const view = await h.runtime.view(runId);
    assert.deepEqual([view.status, view.results, view.version], ['completed', { a: 'a1', b: 'b4', c: 'c5' }, 5]);
    assert.deepEqual(h.executed, ['a', 'b', 'c', 'b', 'c']);
    const marks = (await h.runtime.history(runId)).map((one) => `v${one.version}${one.setAside ? ' set aside' : ''}`);
    assert.deepEqual(marks, ['v1', 'v2 set aside', 'v3 set aside', 'v4', 'v5']);
  });

  it('deletes nothing: what was set aside can be looked at and gone back to', async () => {
    const { h, runId } = await finished();
    const before = h.history(runId);
    await h.runtime.rollback(runId, { version: 0, ...by });
    assert.deepEqual(h.history(runId).slice(0, before.length), before);
    assert.deepEqual((await h.runtime.viewAt(runId, 3)).results, { a: 'a1', b: 'b2', c: 'c3' });
    await h.runtime.rollback(runId, { version: 2, ...by });
    assert.deepEqual((await h.runtime.view(runId)).results, { a: 'a1', b: 'b2' });
    await h.runtime.resume(runId, 'person');
    await settle();
    assert.deepEqual((await h.runtime.view(runId)).results, { a: 'a1', b: 'b2', c: 'c4' });
  });

  it('has the same state live, from its events, and in another process with snapshots', async () => {
    const { h, runId } = await finished();
    for (const version of [2, 1, 0]) {
      await h.runtime.rollback(runId, { version, ...by });
      await h.runtime.resume(runId, 'person');
      await settle();
    }
    const live = await h.runtime.view(runId);
    assert.deepEqual(viewOf(replay(h.history(runId))), live);
    assert.deepEqual(await h.restart().runtime.view(runId), live);
    assert.equal(live.version, 9);
  });

  it('refuses a run that is running, takes a paused one, and begins its work in flight anew', async () => {
    const doors: (() => void)[] = [];
    const h = harness(({ step }) => (step.key === 'b' ? new Promise((resolve) => doors.push(() => resolve('late'))) : 'a'));
    const runId = await h.start(workflow(chain('a', 'b')));
    await settle();
    await assert.rejects(h.runtime.rollback(runId, { version: 1, ...by }), { code: 'run.stillRunning' });
    await h.runtime.pause(runId, 'person', '');
    await h.runtime.rollback(runId, { version: 1, ...by });
    doors[0]?.();
    await settle();
    assert.deepEqual(statuses((await h.runtime.view(runId)).steps), ['a succeeded', 'b pending']);
    await h.runtime.resume(runId, 'person');
    await settle();
    doors[1]?.();
    await settle();
    assert.equal((await h.runtime.view(runId)).status, 'completed');
    assert.deepEqual(h.executed, ['a', 'b', 'b']);
  });

  it('takes a run whose process died', async () => {
    const h = harness(({ step }) => (step.key === 'c' ? new Promise(() => {}) : step.key));
    const runId = await h.start(workflow(chain('a', 'b', 'c')));
    await settle();
    h.kill();
    const next = h.restart(({ step }) => `${step.key} again`);
    await next.runtime.rollback(runId, { version: 1, ...by });
    await next.runtime.resume(runId, 'person');
    await settle();
    assert.deepEqual((await next.runtime.view(runId)).results, { a: 'a', b: 'b again', c: 'c again' });
  });

  it('asks again what was decided after the version', async () => {
    const h = harness();
    const runId = await h.start(workflow([task('a'), gate('g', { dependsOn: ['a'], ask: 'always' }), task('b', { dependsOn: ['g'] })]));
    await settle();
    const decide = async (choice: string): Promise<void> => {
      const [decision] = (await h.runtime.view(runId)).decisions;
      await h.runtime.decide(runId, { decisionId: decision?.id ?? '', choice, by: 'person', reason: '' });
      await settle();
    };
    await decide('fail');
    assert.equal((await h.runtime.view(runId)).status, 'failed');
    await h.runtime.rollback(runId, { version: 1, ...by });
    await h.runtime.resume(runId, 'person');
    await settle();
    await decide('pass');
    assert.equal((await h.runtime.view(runId)).status, 'completed');
  });

  it('keeps counting what was spent', async () => {
    const usage = { provider: 'p', model: 'm', calls: 1, inputTokens: 1, cachedInputTokens: null, outputTokens: 1, costMicroUsd: 7 };
    const h = harness(() => {
      throw new AppError({ code: 'llm.refused', message: 'no', details: { usage: [usage] } });
    });
    const runId = await h.start(workflow([task('a')]));
    await settle();
    await h.runtime.rollback(runId, { version: 0, ...by });
    await h.runtime.resume(runId, 'person');
    await settle();
    assert.equal((await h.runtime.view(runId)).usage[0]?.costMicroUsd, 14);
  });
});

describe('forking a run', () => {
  it('reuses what is recorded up to the version, at no cost, and runs only the rest', async () => {
    const { h, runId } = await finished();
    const before = h.history(runId);
    const forkId = await h.runtime.fork(runId, { ...forkOf(2), inputs: { deep: true } });
    await settle();
    const fork = await h.runtime.view(forkId);
    assert.deepEqual([fork.status, fork.results, fork.inputs], ['completed', { a: 'a1', b: 'b2', c: 'c4' }, { deep: true }]);
    assert.deepEqual(h.executed, ['a', 'b', 'c', 'c']);
    assert.deepEqual([fork.usage, fork.version], [[], 3]);
    assert.deepEqual(h.history(runId), before, 'the run it comes from is left as it is');
    const [created] = h.history(forkId);
    assert.deepEqual(created?.type === 'run.created' && created.forkedFrom, { runId, version: 2 });
    assert.deepEqual(viewOf(replay(h.history(forkId))), fork);
  });

  it('counts its versions anew where some were set aside, and can itself be rolled back and forked', async () => {
    const { h, runId } = await finished();
    await h.runtime.rollback(runId, { version: 1, ...by });
    await h.runtime.resume(runId, 'person');
    await settle();
    const forkId = await h.runtime.fork(runId, forkOf(4));
    await settle();
    assert.deepEqual((await h.runtime.view(forkId)).results, { a: 'a1', b: 'b4', c: 'c6' });
    assert.deepEqual(
      (await h.runtime.history(forkId)).map((one) => `v${one.version} ${one.path}`),
      ['v1 a', 'v2 b', 'v3 c'],
    );
    await h.runtime.rollback(forkId, { version: 1, ...by });
    const second = await h.runtime.fork(forkId, forkOf(1));
    await settle();
    assert.deepEqual((await h.runtime.view(second)).results, { a: 'a1', b: 'b7', c: 'c8' });
  });

  it('goes on in another process when it is killed right after its start', async () => {
    const { h, runId } = await finished();
    const forkId = await h.runtime.fork(runId, forkOf(1));
    h.kill();
    const next = h.restart(({ step }) => `${step.key} again`);
    await next.runtime.resume(forkId, 'engine');
    await settle();
    const { status, results } = await next.runtime.view(forkId);
    assert.deepEqual([status, results['a'], results['c']], ['completed', 'a1', 'c again']);
    assert.ok(!next.executed.includes('a'));
  });
});

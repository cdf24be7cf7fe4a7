// Random workflows against the reference model, and every history cut anywhere.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AppError } from '#base/errors.ts';
import { createRunState, reduce, replay } from '#core/engine/reduce.ts';
import { effectiveEvents } from '#core/engine/rewind.ts';
import { decodeSnapshot, encodeSnapshot } from '#core/engine/snapshot.ts';
import { viewOf } from '#core/engine/view.ts';
import type { RunEvent } from '#protocol/runEvents.ts';
import { type Scenario, scenarios } from '#test/support/arbitraryWorkflow.ts';
import { type Harness, type Script, harness, settle } from '#test/support/engineHarness.ts';
import { FakeRuns } from '#test/support/fakeStore.ts';
import { TEST_LIMIT_MS } from '#test/support/patience.ts';
import { expectedOf, expectedUndone } from '#test/support/referenceModel.ts';

const SEED = Number(process.env['CAS_SEED'] ?? Date.now() % 1_000_000_000);
const runs = (numRuns: number): fc.Parameters<unknown> => ({ numRuns, seed: SEED });

function scriptOf({ behaviourOf, ticksOf }: Scenario): Script {
  return async ({ path, attempt }) => {
    for (let tick = ticksOf(path); tick > 0; tick -= 1) await Promise.resolve();
    const { failuresBefore, fatal, output } = behaviourOf(path);
    if (fatal) throw new AppError({ code: 'test.fatal', message: path });
    if (attempt <= failuresBefore) throw new AppError({ code: 'test.flaky', message: path, retryable: true });
    return output;
  };
}

async function toTheEnd(h: Harness): Promise<void> {
  for (let round = 0; round < 200 && h.runtime.live().length > 0; round += 1) {
    await settle();
    h.clock.advance(100);
  }
  assert.deepEqual(h.runtime.live(), [], 'the run did not come to an end');
  assert.deepEqual(h.errors, []);
}

async function played(scenario: Scenario): Promise<{ readonly h: Harness; readonly runId: string }> {
  const h = harness(scriptOf(scenario), { snapshotEveryEvents: 20 });
  const runId = await h.start(scenario.definition, { library: scenario.library, inputs: scenario.inputs });
  await toTheEnd(h);
  return { h, runId };
}

async function play(scenario: Scenario): Promise<readonly RunEvent[]> {
  const { h, runId } = await played(scenario);
  return h.history(runId);
}

/** The newest version up to `pick` whose results were not undone since. */
function versionToGoTo(events: readonly RunEvent[], pick: number): number {
  const { version } = replay(events);
  const undone = events.flatMap((event) => (event.type === 'step.compensated' ? [event.undoes] : []));
  return Math.min(pick % (version + 1), ...undone.map((one) => one - 1));
}

/** Paths that are settled at `version`. */
function settledAt(events: readonly RunEvent[], version: number): Set<string> {
  const end = events.findIndex((event) => 'version' in event && event.version === version);
  return settledPaths(events.slice(0, end + 1));
}

/** The outcome agrees with the model, for the run and for every step that got as far as having one. */
function assertExpected(scenario: Scenario, events: readonly RunEvent[]): void {
  const { results, fates } = expectedOf(scenario.definition, scenario.inputs, scenario);
  const last = events.at(-1);
  if (results === null) assert.equal(last?.type, 'run.failed');
  else assert.deepEqual(last?.type === 'run.completed' ? last.output : last, results);
  const paths = (type: 'step.succeeded' | 'step.compensated'): string[] =>
    effectiveEvents(events).flatMap((event) => (event.type === type ? [event.path] : []));
  const undone = results === null ? expectedUndone(scenario.definition, scenario.library, paths('step.succeeded')) : [];
  assert.deepEqual(paths('step.compensated'), undone);
  for (const event of events) {
    if (event.type === 'step.succeeded') assert.deepEqual(fates.get(event.path), { kind: 'succeeded', output: event.output }, event.path);
    if (event.type === 'step.skipped') assert.deepEqual(fates.get(event.path), { kind: 'skipped' }, event.path);
    if (event.type === 'step.failed' && event.retryAt === null) assert.deepEqual(fates.get(event.path), { kind: 'failed' }, event.path);
  }
}

/** No step starts before what it depends on is settled, ends twice, or is tried more often than it may be. */
function assertOrderly(events: readonly RunEvent[]): void {
  const settled = new Set<string>();
  const attempts = new Map<string, number>();
  const state = replay(events);
  for (const event of events) {
    if (event.type === 'step.started') {
      const { step, scope } = state.steps.get(event.path) as NonNullable<ReturnType<typeof state.steps.get>>;
      for (const key of step.dependsOn) assert.ok(settled.has(scope.prefix + key), `${event.path} started before ${key} was settled`);
      const attempt = (attempts.get(event.path) ?? 0) + 1;
      attempts.set(event.path, attempt);
      assert.equal(event.attempt, attempt);
      assert.ok(attempt <= step.retry.maxAttempts);
    }
    const ends = event.type === 'step.succeeded' || event.type === 'step.skipped' || event.type === 'step.cancelled';
    if (ends || (event.type === 'step.failed' && event.retryAt === null)) {
      assert.ok(!settled.has(event.path), `${event.path} ended twice`);
      settled.add(event.path);
    }
  }
  assert.equal(settled.size, state.steps.size, 'a step was left open');
}

/** A store as the process left it when it was killed after `count` events. */
function cutStore(events: readonly RunEvent[], count: number, withSnapshotAt: number): FakeRuns {
  const store = new FakeRuns();
  const kept = events.slice(0, count);
  const [first] = kept;
  const runId = first?.runId ?? '';
  store.histories.set(runId, [...kept]);
  if (withSnapshotAt > 0) store.snapshots.set(runId, [encodeSnapshot(replay(kept.slice(0, withSnapshotAt)))]);
  return store;
}

function settledPaths(events: readonly RunEvent[]): Set<string> {
  const paths = new Set<string>();
  for (const event of events) {
    if (event.type === 'step.succeeded' || (event.type === 'step.failed' && event.retryAt === null)) paths.add(event.path);
  }
  return paths;
}

describe(`the engine on random workflows (CAS_SEED=${SEED})`, function () {
  this.timeout(TEST_LIMIT_MS);

  it('ends every run as the reference model says, in an order the dependencies allow', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => {
        const events = await play(scenario);
        assertExpected(scenario, events);
        assertOrderly(events);
      }),
      runs(300),
    );
  });

  it('has the same state after every prefix: live, replayed, and read back from a snapshot', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => {
        const [created, ...rest] = await play(scenario);
        assert.ok(created?.type === 'run.created');
        const live = createRunState(created);
        for (const [index, event] of rest.entries()) {
          reduce(live, event);
          const replayed = replay([created, ...rest.slice(0, index + 1)]);
          const saved = encodeSnapshot(live);
          const restored = decodeSnapshot(saved, created);
          assert.ok(restored !== null);
          assert.deepEqual(encodeSnapshot(replayed), saved);
          assert.deepEqual(encodeSnapshot(restored), saved);
          assert.deepEqual(viewOf(replayed), viewOf(live));
          assert.deepEqual(viewOf(restored), viewOf(live));
        }
      }),
      runs(25),
    );
  });

  it('comes to the same end when it is killed after any event and resumed, and runs no recorded step again', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, fc.nat(999), fc.nat(999), async (scenario, cut, snap) => {
        const events = await play(scenario);
        const count = 1 + (cut % (events.length - 2));
        const store = cutStore(events, count, snap % (count + 1));
        const h = harness(scriptOf(scenario), { runs: store });
        const runId = events[0]?.runId ?? '';
        await h.runtime.resume(runId, 'person');
        await toTheEnd(h);
        assertExpected(scenario, h.history(runId));
        const recorded = settledPaths(events.slice(0, count));
        assert.deepEqual(
          h.executed.filter((path) => recorded.has(path)),
          [],
        );
        replay(h.history(runId));
      }),
      runs(300),
    );
  });

  it('comes to the same end from any version it is rolled back to, and runs nothing again that was recorded there', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, fc.array(fc.nat(99), { minLength: 1, maxLength: 3 }), async (scenario, picks) => {
        const { h, runId } = await played(scenario);
        for (const pick of picks) {
          const before = h.history(runId);
          const version = versionToGoTo(before, pick);
          const kept = settledAt(effectiveEvents(before), version);
          const begun = h.executed.length;
          await h.runtime.rollback(runId, { version, by: 'person', reason: '' });
          assert.deepEqual(h.history(runId).slice(0, before.length), before);
          await h.runtime.resume(runId, 'person');
          await toTheEnd(h);
          const again = h.executed.slice(begun).filter((path) => kept.has(path));
          assert.deepEqual(again, []);
          assertExpected(scenario, h.history(runId));
          assert.deepEqual(viewOf(replay(h.history(runId))), await h.runtime.view(runId));
        }
      }),
      runs(150),
    );
  });

  it('comes to the same end in a fork of any version, and runs only what was not recorded there', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, fc.nat(99), async (scenario, pick) => {
        const { h, runId } = await played(scenario);
        const version = versionToGoTo(h.history(runId), pick);
        const kept = settledAt(h.history(runId), version);
        const begun = h.executed.length;
        const request = { version, inputs: scenario.inputs, title: 'Fork', hasModel: false, by: 'person' };
        const forkId = await h.runtime.fork(runId, request);
        await toTheEnd(h);
        assertExpected(scenario, h.history(forkId));
        assert.deepEqual(
          h.executed.slice(begun).filter((path) => kept.has(path)),
          [],
        );
      }),
      runs(150),
    );
  });

  it('ends as the reference model says when a person sets the result of a step before it runs', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, fc.nat(99), async (scenario, pick) => {
        const { h, runId } = await played(scenario);
        await h.runtime.rollback(runId, { version: 0, by: 'person', reason: '' });
        const { steps } = scenario.definition;
        const path = steps[pick % steps.length]?.key ?? '';
        await h.runtime.override(runId, { path, output: 'by hand', by: 'person', reason: '' });
        await h.runtime.resume(runId, 'person');
        await toTheEnd(h);
        const overrides = new Map([[path, 'by hand']]);
        const { results } = expectedOf(scenario.definition, scenario.inputs, { ...scenario, overrides });
        const { status, output } = await h.runtime.view(runId);
        assert.deepEqual([status, output], results === null ? ['failed', null] : ['completed', results]);
      }),
      runs(150),
    );
  });
});

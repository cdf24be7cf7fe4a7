// Histories that are awkward to cut, cut after every single event: a failure or an override whose cancels were not all
// stored yet, a cancel half done, a limit that ran on meanwhile.

import assert from 'node:assert/strict';
import { AppError } from '#base/errors.ts';
import type { RuntimeStart } from '#core/engine/runtime.ts';
import { replay } from '#core/engine/reduce.ts';
import { encodeSnapshot } from '#core/engine/snapshot.ts';
import { isEnded, isSettled } from '#core/engine/state.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import type { RunStatus } from '#protocol/runView.ts';
import { type Harness, type Script, harness, settle } from '#test/support/engineHarness.ts';
import { FakeRuns } from '#test/support/fakeStore.ts';
import { chain, gate, loop, map, subWorkflow, task, workflow } from '#test/support/workflows.ts';

interface Story {
  readonly definition: WorkflowDefinition;
  readonly start?: Partial<RuntimeStart>;
  readonly act?: (h: Harness, runId: string) => Promise<void>;
  /** How it may end when it was cut before what decides it, and how it ends when it was not. */
  readonly ends: readonly RunStatus[];
}

const work: Script = ({ path, step }, { signal }) => {
  if (step.key === 'bad') throw new AppError({ code: 'test.fatal', message: path });
  if (step.key === 'spent') throw new AppError({ code: 'llm.quota', message: path });
  if (step.key !== 'hangs') return path;
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
};
const resumedWork: Script = (given, context) => (given.step.key === 'hangs' ? 'done after all' : work(given, context));

const undo = { compensate: { action: 'test.undo', with: {} } };
const failing = [task('hangs'), task('bad'), task('never', { dependsOn: ['bad', 'hangs'] })];
const override = (path: string) => async (h: Harness, runId: string) =>
  h.runtime.override(runId, { path, output: 'by hand', by: 'person', reason: '' });

const stories: { readonly [name: string]: Story } = {
  'a failure at the root': { definition: workflow(failing), ends: ['failed'] },
  'a failure in a loop that is passed over': {
    definition: workflow([loop('l', failing, { continueOnError: true }), task('after', { dependsOn: ['l'] })]),
    ends: ['completed'],
  },
  'a failure in a map in a loop': {
    definition: workflow([loop('l', [map('m', failing, { over: '[1, 2, 3]', concurrency: 2 }), task('hangs')]), task('beside')]),
    ends: ['failed'],
  },
  'a failure in a sub-workflow in a sub-workflow': {
    definition: workflow([subWorkflow('outer', 'outer'), task('hangs')]),
    start: { library: { outer: workflow([subWorkflow('inner', 'inner')]), inner: workflow(failing) } },
    ends: ['failed'],
  },
  'an override of a loop that runs a map': {
    definition: workflow([
      loop('l', [map('m', [task('hangs'), task('x')], { over: '[1, 2, 3]' })], { until: 'true' }),
      task('after', { dependsOn: ['l'] }),
    ]),
    act: override('l'),
    ends: ['completed'],
  },
  'a cancel of nested work': {
    definition: workflow([loop('l', [map('m', [task('hangs')], { over: '[1, 2]' }), task('y')], { until: 'true' }), gate('g')]),
    act: ({ runtime }, runId) => runtime.cancel(runId, 'person', 'enough'),
    ends: ['completed', 'cancelled'],
  },
  'a pause and what was decided meanwhile': {
    definition: workflow([gate('g'), task('after', { dependsOn: ['g'] })]),
    act: async (h, runId) => {
      await h.runtime.pause(runId, 'person', '');
      await answer(h, runId);
      await h.runtime.resume(runId, 'person');
    },
    ends: ['completed'],
  },
  'a failure that is undone': {
    definition: workflow([
      task('a', undo),
      map('m', [task('b', undo)], { over: '[1, 2, 3]', concurrency: 2, dependsOn: ['a'] }),
      task('hangs', { dependsOn: ['a'] }),
      task('bad', { dependsOn: ['m'] }),
    ]),
    ends: ['failed'],
  },
  'a cancel that undoes': {
    definition: workflow([task('a', undo), loop('l', [task('b', undo), task('hangs')], { dependsOn: ['a'] })]),
    act: ({ runtime }, runId) => runtime.cancel(runId, 'person', 'enough', { compensate: true }),
    ends: ['completed', 'cancelled'],
  },
  'a terminal error in nested work': {
    definition: workflow([
      task('hangs'),
      loop('l', [map('m', [task('spent', { continueOnError: true }), task('hangs')], { over: '[1, 2, 3]' })], { continueOnError: true }),
      task('after', { dependsOn: ['l'] }),
    ]),
    ends: ['partial'],
  },
  'two rollbacks': {
    definition: workflow([...chain('a', 'b', 'c'), loop('l', [task('d')], { dependsOn: ['b'], until: 'iteration == 2' })]),
    act: async ({ runtime }, runId) => {
      for (const version of [3, 1]) {
        await settle();
        await runtime.rollback(runId, { version, by: 'person', reason: '' });
        await runtime.resume(runId, 'person');
      }
    },
    ends: ['completed'],
  },
  'a limit of a loop': {
    definition: workflow([
      loop('l', [gate('g'), task('hangs')], { timeoutMs: 50_000, continueOnError: true }),
      task('after', { dependsOn: ['l'] }),
    ]),
    act: async (h) => h.clock.advance(50_000),
    ends: ['completed'],
  },
};

async function answer(h: Harness, runId: string): Promise<void> {
  for (const { id } of (await h.runtime.view(runId)).decisions) {
    await h.runtime.decide(runId, { decisionId: id, choice: 'pass', by: 'person', reason: '' });
  }
}

async function finish(h: Harness, runId: string): Promise<void> {
  for (let round = 0; round < 20 && h.runtime.live().length > 0; round += 1) {
    await settle();
    await answer(h, runId);
  }
}

describe('a history that is cut after any event', () => {
  for (const [name, { definition, start, act, ends }] of Object.entries(stories)) {
    it(`is brought to its end: ${name}`, async () => {
      const first = harness(work);
      const runId = await first.start(definition, start);
      await settle();
      await act?.(first, runId);
      await finish(first, runId);
      const whole = first.history(runId);
      assert.equal((await first.runtime.view(runId)).status, ends.at(-1));
      for (let count = 1; count < whole.length; count += 1) {
        const store = new FakeRuns();
        const kept = whole.slice(0, count);
        store.histories.set(runId, [...kept]);
        if (count % 2 === 0) store.snapshots.set(runId, [encodeSnapshot(replay(kept))]);
        const h = harness(resumedWork, { runs: store, firstId: 1_000 });
        if (!isEnded(replay(kept).phase)) await h.runtime.resume(runId, 'person');
        await finish(h, runId);
        const { status } = await h.runtime.view(runId);
        assert.ok(ends.includes(status), `cut after ${count} (${kept.at(-1)?.type}): ${status}`);
        assert.deepEqual([h.errors, h.runtime.live(), h.clock.pending], [[], [], 0]);
        const left = Array.from(replay(store.histories.get(runId) ?? []).steps.values()).filter((step) => !isSettled(step.state));
        assert.deepEqual(
          left.map((step) => step.path),
          [],
          `cut after ${count} (${kept.at(-1)?.type})`,
        );
      }
    });
  }
});

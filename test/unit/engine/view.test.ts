// A run as it is shown, whole values.

import assert from 'node:assert/strict';
import { AppError } from '#base/errors.ts';
import type { RunView } from '#protocol/runView.ts';
import { encodeSnapshot, SnapshotSchedule, decodeSnapshot } from '#core/engine/snapshot.ts';
import { replay } from '#core/engine/reduce.ts';
import { addUsage } from '#protocol/usage.ts';
import { asksPerson } from '#core/engine/gate.ts';
import { harness, settle } from '#test/support/engineHarness.ts';
import { gate, loop, task, workflow } from '#test/support/workflows.ts';

const NOW = 1_790_000_000_000;
const untouched = {
  agent: null,
  action: null,
  attempt: 0,
  startedAt: null,
  endedAt: null,
  summary: null,
  error: null,
  reason: null,
  usage: [],
  children: [],
};

describe('the view of a run', () => {
  it('shows each step where it is, passes of a loop under it, and what waits for a person', async () => {
    const failure = new AppError({ code: 'lint.failed', message: 'No linter.' });
    const h = harness(({ step }) => {
      if (step.key === 'lint') throw failure;
      return { passed: false };
    });
    const steps = [
      task('lint', { name: 'Run the linter', continueOnError: true }),
      loop('repair', [task('check')], { maxIterations: 2 }),
      gate('release', { dependsOn: ['lint', 'repair'], message: 'Ship {{ inputs.version }}?' }),
      task('ship', { dependsOn: ['release'] }),
    ];
    const runId = await h.start(workflow(steps), { inputs: { version: '2.0' }, title: 'Release 2.0' });
    await settle();
    const error = { code: 'lint.failed', message: 'No linter.', retryable: false, details: {} };
    const done = { ...untouched, agent: 'developer', action: 'test.work', attempt: 1, startedAt: NOW, endedAt: NOW, dependsOn: [] };
    const check = { ...done, key: 'check', kind: 'task', title: 'check', status: 'succeeded', summary: 'did check' } as const;
    const output = { iterations: 2, passed: false, last: { check: { passed: false } } };
    const expected: RunView = {
      id: runId,
      workflow: 'test',
      title: 'Release 2.0',
      status: 'executing',
      mode: 'auto',
      runtime: 'custom',
      createdAt: NOW,
      endedAt: null,
      stepsDone: 4,
      stepsTotal: 6,
      currentStep: 'release',
      waitingDecisions: 1,
      proposals: 0,
      error: null,
      version: 4,
      lastSeq: h.history(runId).length,
      inputs: { version: '2.0' },
      steps: [
        { ...done, path: 'lint', key: 'lint', kind: 'task', title: 'Run the linter', status: 'failed', error },
        {
          ...done,
          agent: null,
          action: null,
          path: 'repair',
          key: 'repair',
          kind: 'loop',
          title: 'repair',
          status: 'succeeded',
          summary: 'did not pass after 2 of 2 passes',
          children: [
            { ...check, path: 'repair#1/check' },
            { ...check, path: 'repair#2/check' },
          ],
        },
        {
          ...untouched,
          path: 'release',
          key: 'release',
          kind: 'gate',
          title: 'release',
          status: 'waiting',
          attempt: 1,
          startedAt: NOW,
          dependsOn: ['lint', 'repair'],
        },
        {
          ...untouched,
          path: 'ship',
          key: 'ship',
          kind: 'task',
          title: 'ship',
          status: 'pending',
          action: 'test.work',
          dependsOn: ['release'],
        },
      ],
      results: { lint: null, repair: output },
      decisions: [
        {
          id: 'dec_2',
          runId,
          path: 'release',
          kind: 'gate',
          title: 'release',
          detail: 'Ship 2.0?',
          options: [
            { id: 'pass', label: 'Pass' },
            { id: 'fail', label: 'Fail' },
          ],
          askedAt: NOW,
        },
      ],
      usage: [],
      output: null,
      errors: [{ path: 'lint', error }],
      compensations: [],
    };
    assert.deepEqual(await h.runtime.view(runId), expected);
    await h.runtime.shutdown();
    assert.deepEqual(await h.restart().runtime.view(runId), expected, 'from its events alone');
  });

  it('is the same as the summary stored with the last event', async () => {
    const h = harness();
    const runId = await h.start(workflow([task('a')]));
    await settle();
    const {
      inputs: _i,
      steps: _s,
      results: _r,
      decisions: _d,
      usage: _u,
      output: _o,
      errors: _e,
      compensations: _c,
      ...summary
    } = await h.runtime.view(runId);
    assert.deepEqual(h.runs.rows.get(runId), { ...summary, idempotencyKey: null });
  });
});

describe('sums of usage', () => {
  const one = { provider: 'p', model: 'm', calls: 1, inputTokens: 10, cachedInputTokens: null, outputTokens: 2, costMicroUsd: 7 };

  it('are kept by model; what a vendor did not report stands beside what it did', () => {
    const other = { ...one, model: 'n' };
    const unpriced = { ...one, costMicroUsd: null };
    assert.deepEqual(addUsage([one, unpriced, other, one]), [
      { ...one, calls: 2, inputTokens: 20, outputTokens: 4, costMicroUsd: 2 * (one.costMicroUsd ?? 0) },
      unpriced,
      other,
    ]);
  });
});

describe('whom a gate asks', () => {
  it('follows its mode, its `ask` and its check', () => {
    const asks = (mode: 'strict' | 'auto' | 'dry-run'): string[] =>
      (['never', 'strict', 'always'] as const).flatMap((ask) =>
        [true, false, null].flatMap((check) => (asksPerson({ ask }, mode, check) ? [`${ask} ${check}`] : [])),
      );
    assert.deepEqual(asks('strict'), ['never null', 'strict false', 'strict null', 'always true', 'always false', 'always null']);
    assert.deepEqual(asks('auto'), ['never null', 'strict null', 'always true', 'always false', 'always null']);
    assert.deepEqual(asks('dry-run'), []);
  });
});

describe('snapshots', () => {
  it('come after 500 events and then each time there are four times as many', () => {
    const schedule = new SnapshotSchedule(500, 1);
    const taken = Array.from({ length: 10_000 }, (_, index) => index + 1).filter((seq) => schedule.take(seq));
    assert.deepEqual(taken, [501, 2_004, 8_016]);
  });

  it('of another format are passed over', async () => {
    const h = harness();
    const history = h.history(await h.start(workflow([task('a')])));
    const [created] = history;
    assert.ok(created?.type === 'run.created');
    assert.equal(decodeSnapshot({ ...encodeSnapshot(replay(history)), format: 99 }, created), null);
  });
});

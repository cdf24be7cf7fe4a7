// The runs whose histories are kept as fixtures: between them they hold every kind of step and every kind of event.

import { AppError } from '#base/errors.ts';
import type { Runtime, RuntimeStart } from '#core/engine/runtime.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import type { RunStatus } from '#protocol/runView.ts';
import type { Script } from '#test/support/engineHarness.ts';
import { chain, gate, loop, map, subWorkflow, task, workflow } from '#test/support/workflows.ts';

export interface RecordedPlay {
  readonly definition: WorkflowDefinition;
  readonly start?: Partial<RuntimeStart>;
  readonly script: Script;
  readonly act?: (runtime: Runtime, runId: string) => Promise<void>;
  readonly ends: RunStatus;
}

const soon = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const retry = { maxAttempts: 3, initialDelayMs: 5, maxDelayMs: 10 };
const usage = { provider: 'p', model: 'm', calls: 1, inputTokens: 10, cachedInputTokens: null, outputTokens: 2, costMicroUsd: 5 };

const work: Script = async ({ path, step, attempt, args }, context) => {
  await soon(2 + (path.length % 5));
  if (step.key === 'flaky' && attempt === 1)
    throw new AppError({ code: 'net.reset', message: 'once', retryable: true, details: { usage: [usage] } });
  if (step.key === 'bad') throw new AppError({ code: 'skill.failed', message: 'no compiler' });
  if (step.key === 'asks') {
    await context.record({ agent: 'developer', kind: 'plan', title: 'plan', data: { steps: 2 }, startedAt: 1, durationMs: 1, ok: true });
    return (await context.decide({ kind: 'approval', title: 'Go on?', detail: '', options: [{ id: 'yes', label: 'Yes' }] })).choice;
  }
  return Object.keys(args).length > 0 ? args : path;
};

async function answered(runtime: Runtime, runId: string, choice: string): Promise<void> {
  for (;;) {
    const [decision] = (await runtime.view(runId)).decisions;
    if (decision !== undefined) return runtime.decide(runId, { decisionId: decision.id, choice, by: 'person', reason: 'looked at it' });
    await soon(2);
  }
}

async function until(runtime: Runtime, runId: string, status: RunStatus): Promise<void> {
  while ((await runtime.view(runId)).status !== status) await soon(2);
}

export const recordedPlays: { readonly [title: string]: RecordedPlay } = {
  'all-kinds': {
    definition: workflow(
      [
        ...chain('plan', 'flaky').map((step) => ({ ...step, retry })),
        task('never', { when: 'false' }),
        loop('repair', [task('fix'), task('verify', { dependsOn: ['fix'] })], { dependsOn: ['flaky'], until: 'iteration == 2' }),
        map('each', [task('read', { with: { file: '{{ item }}' } })], { dependsOn: ['plan'], concurrency: 2 }),
        subWorkflow('audit', 'security', { dependsOn: ['plan'] }),
        gate('quality', { dependsOn: ['repair', 'each', 'audit'], check: 'results.repair.passed' }),
        task('report', { dependsOn: ['quality', 'never'] }),
      ],
      { output: 'results.report' },
    ),
    start: { inputs: { items: ['a.ts', 'b.ts', 'c.ts'] }, library: { security: workflow(chain('scan', 'judge'), { name: 'security' }) } },
    script: work,
    ends: 'completed',
  },
  decisions: {
    definition: workflow([task('asks'), gate('release', { dependsOn: ['asks'], ask: 'always' }), task('ship', { dependsOn: ['release'] })]),
    script: work,
    act: async (runtime, runId) => {
      await answered(runtime, runId, 'yes');
      await answered(runtime, runId, 'pass');
    },
    ends: 'completed',
  },
  failure: {
    definition: workflow([map('each', [task('bad'), task('beside')], { concurrency: 3 }), task('after', { dependsOn: ['each'] })]),
    start: { inputs: { items: [1, 2, 3] } },
    script: work,
    ends: 'failed',
  },
  'passed-over': {
    definition: workflow([loop('l', [task('bad'), task('beside')], { continueOnError: true }), task('after', { dependsOn: ['l'] })]),
    script: work,
    ends: 'completed',
  },
  steered: {
    definition: workflow([task('asks'), ...chain('a', 'b', 'c')]),
    script: work,
    act: async (runtime, runId) => {
      await soon(12);
      await runtime.pause(runId, 'person', 'lunch');
      await runtime.override(runId, { path: 'asks', output: 'by hand', by: 'person', reason: 'nobody there' });
      await runtime.resume(runId, 'person');
    },
    ends: 'completed',
  },
  'without-a-model': {
    definition: workflow([task('think', { continueOnError: true }), task('report', { dependsOn: ['think'] })]),
    script: ({ step }) => {
      if (step.key === 'think') throw new AppError({ code: 'llm.quota', message: 'The quota is used up.' });
      return 'written without it';
    },
    ends: 'partial',
  },
  undone: {
    definition: workflow([
      task('charge', { compensate: { action: 'refund', with: {} } }),
      loop('l', [task('book', { compensate: { action: 'unbook', with: {} } })], { dependsOn: ['charge'], until: 'iteration == 2' }),
      task('bad', { dependsOn: ['l'] }),
    ]),
    script: work,
    ends: 'failed',
  },
  'undone-on-cancel': {
    definition: workflow([task('charge', { compensate: { action: 'refund', with: {} } }), task('asks', { dependsOn: ['charge'] })]),
    script: work,
    act: async (runtime, runId) => {
      await soon(20);
      await runtime.cancel(runId, 'person', 'wrong customer', { compensate: true });
    },
    ends: 'cancelled',
  },
  'rolled-back': {
    definition: workflow([...chain('a', 'b', 'c'), loop('l', [task('d')], { dependsOn: ['b'], until: 'iteration == 2' })]),
    script: work,
    act: async (runtime, runId) => {
      for (const version of [4, 1]) {
        await until(runtime, runId, 'completed');
        await runtime.rollback(runId, { version, by: 'person', reason: 'another way' });
        await runtime.resume(runId, 'person');
      }
    },
    ends: 'completed',
  },
  redriven: {
    definition: workflow([...chain('a', 'once')]),
    script: (() => {
      let works = false;
      return ({ step }) => {
        if (step.key === 'a' || works) return step.key;
        works = true;
        throw new AppError({ code: 'skill.failed', message: 'no compiler' });
      };
    })(),
    act: async (runtime, runId) => {
      await until(runtime, runId, 'failed');
      await runtime.redrive(runId, { path: 'once', by: 'person', reason: 'installed it' });
    },
    ends: 'completed',
  },
  cancelled: {
    definition: workflow([task('done'), loop('l', [task('asks')]), task('after', { dependsOn: ['l'] })]),
    script: work,
    act: async (runtime, runId) => {
      await soon(15);
      await runtime.cancel(runId, 'person', 'wrong branch');
    },
    ends: 'cancelled',
  },
};

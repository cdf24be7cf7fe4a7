// Whole runs, event by event: what the engine does with each kind of step, compared with test/golden/engine.

import { AppError } from '#base/errors.ts';
import type { RuntimeStart } from '#core/engine/runtime.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import { type Harness, type Script, harness, settle } from '#test/support/engineHarness.ts';
import { assertGolden, transcript } from '#test/support/transcript.ts';
import { chain, gate, loop, map, subWorkflow, task, workflow } from '#test/support/workflows.ts';

const flaky = (message: string): AppError => new AppError({ code: 'net.reset', message, retryable: true });
const broken = (message: string): AppError => new AppError({ code: 'skill.failed', message });
const usage = { provider: 'p', model: 'm', calls: 1, inputTokens: 10, cachedInputTokens: null, outputTokens: 0, costMicroUsd: 5 };
const retry = { maxAttempts: 3, initialDelayMs: 100, maxDelayMs: 1_000 };

interface Play {
  readonly definition: WorkflowDefinition;
  readonly start?: Partial<RuntimeStart>;
  readonly script?: Script;
  readonly act?: (harness: Harness, runId: string) => Promise<void>;
}

async function play({ definition, start, script, act }: Play): Promise<string> {
  const h = harness(script);
  const runId = await h.start(definition, start);
  await settle();
  await act?.(h, runId);
  await settle();
  await h.runtime.shutdown();
  return transcript(h.history(runId));
}

const byKey: Script = ({ step }) => `${step.key}'s output`;
const onceAborted: Script = (_task, { signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

const plays: { readonly [name: string]: Play } = {
  chain: { definition: workflow(chain('plan', 'build', 'check')), script: byKey },
  diamond: {
    definition: workflow(
      [task('a'), task('b', { dependsOn: ['a'] }), task('c', { dependsOn: ['a'] }), task('d', { dependsOn: ['b', 'c'] })],
      {
        output: 'results.d + "!"',
      },
    ),
    script: byKey,
  },
  when: {
    definition: workflow([
      task('scan'),
      task('fix', { dependsOn: ['scan'], when: 'results.scan.found > 0' }),
      task('praise', { dependsOn: ['scan'], when: 'results.scan.found == 0' }),
      task('report', { dependsOn: ['fix', 'praise'] }),
    ]),
    script: ({ step }) => (step.key === 'scan' ? { found: 2 } : step.key),
  },
  loop: {
    definition: workflow([loop('repair', [task('fix'), task('verify', { dependsOn: ['fix'] })], { until: 'results.verify.passed' })]),
    script: ({ path, step }) => (step.key === 'fix' ? path : { passed: path === 'repair#2/verify' }),
  },
  'loop-exhausted': {
    definition: workflow([loop('repair', [task('verify')], { until: 'results.verify.passed', maxIterations: 2 })]),
    script: () => ({ passed: false }),
  },
  map: {
    definition: workflow([map('each', [task('read', { with: { file: '{{ item }}', at: '{{ index }}' } })], { concurrency: 2 })]),
    start: { inputs: { items: ['a.ts', 'b.ts', 'c.ts'] } },
    script: ({ args }) => args,
  },
  'map-of-nothing': {
    definition: workflow([map('each', [task('read')]), task('after', { dependsOn: ['each'] })]),
    start: { inputs: { items: [] } },
  },
  'sub-workflow': {
    definition: workflow([subWorkflow('audit', 'security', { with: { depth: '{{ 1 + 1 }}' } }), task('report', { dependsOn: ['audit'] })]),
    start: {
      library: {
        security: workflow([task('scan', { with: { depth: '{{ inputs.depth }}' } })], {
          name: 'security',
          inputs: [{ name: 'depth', type: 'number', description: '', required: true, default: undefined, enum: undefined }],
          output: 'results.scan.depth * 10',
        }),
      },
    },
    script: ({ args }) => args,
  },
  retry: {
    definition: workflow([task('call', { retry })]),
    script: ({ attempt }) => {
      if (attempt < 3) throw flaky(`attempt ${attempt}`);
      return 'third time lucky';
    },
    act: async ({ clock }) => {
      clock.advance(50);
      await settle();
      clock.advance(100);
    },
  },
  timeout: {
    definition: workflow([task('slow', { timeoutMs: 1_000, retry: { ...retry, maxAttempts: 2 } })]),
    script: onceAborted,
    act: async ({ clock }) => {
      clock.advance(1_000);
      await settle();
      clock.advance(50);
      await settle();
      clock.advance(1_000);
    },
  },
  cancel: {
    definition: workflow([task('a'), loop('b', [task('inner')]), task('c', { dependsOn: ['a', 'b'] })]),
    script: onceAborted,
    act: ({ runtime }, runId) => runtime.cancel(runId, 'person', 'wrong branch'),
  },
  pause: {
    definition: workflow(chain('a', 'b')),
    script: (_task, context) => context.decide({ kind: 'question', title: 'Go on?', detail: '', options: [{ id: 'yes', label: 'Yes' }] }),
    act: async ({ runtime }, runId) => {
      await runtime.pause(runId, 'person', 'lunch');
      const [decision] = (await runtime.view(runId)).decisions;
      await runtime.decide(runId, { decisionId: decision?.id ?? '', choice: 'yes', by: 'person', reason: '' });
      await settle();
      await runtime.resume(runId, 'person');
    },
  },
  'gate-strict': {
    definition: workflow([gate('quality', { check: 'false', ask: 'strict' }), task('ship', { dependsOn: ['quality'] })]),
    start: { mode: 'strict' },
    act: async ({ runtime }, runId) => {
      const [decision] = (await runtime.view(runId)).decisions;
      await runtime.decide(runId, { decisionId: decision?.id ?? '', choice: 'pass', by: 'person', reason: 'known and accepted' });
    },
  },
  'gate-auto': { definition: workflow([gate('quality', { check: 'false', ask: 'strict' }), task('ship', { dependsOn: ['quality'] })]) },
  'gate-dry-run': {
    definition: workflow([gate('release', { ask: 'always' }), task('ship', { dependsOn: ['release'] })]),
    start: { mode: 'dry-run' },
  },
  failure: {
    definition: workflow([task('bad'), task('beside'), task('after', { dependsOn: ['bad'] })]),
    script: (given, context) => {
      if (given.step.key === 'bad') throw broken('no compiler');
      return onceAborted(given, context);
    },
  },
  'failure-in-map': {
    definition: workflow([map('each', [task('work')], { concurrency: 2, continueOnError: true }), task('report', { dependsOn: ['each'] })]),
    start: { inputs: { items: [1, 2, 3] } },
    script: (given, context) => {
      if (given.path === 'each[1]/work') throw broken('item 1');
      return given.step.key === 'report' ? { failures: given.failures.length } : onceAborted(given, context);
    },
  },
  'continue-on-error': {
    definition: workflow([task('bad', { continueOnError: true }), task('after', { dependsOn: ['bad'], when: 'results.bad == null' })]),
    script: ({ step }) => {
      if (step.key === 'bad') throw broken('flaky linter');
      return 'went on';
    },
  },
  'partial-without-model': {
    definition: workflow([task('think', { continueOnError: true }), task('report', { dependsOn: ['think'] })]),
    script: ({ step }) => {
      if (step.key === 'think') throw new AppError({ code: 'llm.quota', message: 'The quota is used up.' });
      return 'written without it';
    },
  },
  'expression-error': { definition: workflow([task('a', { when: 'results' }), task('b', { dependsOn: ['a'] })]) },
  'limit-of-a-loop': {
    definition: workflow([
      loop('slow', [task('work')], { timeoutMs: 5_000, continueOnError: true }),
      task('after', { dependsOn: ['slow'] }),
    ]),
    script: (given, context) => (given.step.key === 'work' ? onceAborted(given, context) : 'went on'),
    act: async ({ clock }) => clock.advance(5_000),
  },
  'override-of-a-gate': {
    definition: workflow([gate('quality', { check: 'false', ask: 'always' }), task('ship', { dependsOn: ['quality'] })]),
    act: ({ runtime }, runId) => runtime.override(runId, { path: 'quality', output: { passed: true }, by: 'person', reason: 'hotfix' }),
  },
  'usage-of-failed-attempts': {
    definition: workflow([task('think', { retry })]),
    script: ({ attempt }) => {
      if (attempt === 1)
        throw new AppError({ code: 'llm.overloaded', message: 'Busy.', retryable: true, details: { usage: [usage], status: 529 } });
      return 'thought';
    },
    act: async ({ clock }) => clock.advance(1_000),
  },
  compensation: {
    definition: workflow([
      ...chain('charge', 'book').map((step) => ({
        ...step,
        compensate: { action: `${step.key}.undo`, with: { was: `{{ results.${step.key} }}` } },
      })),
      task('ship', { dependsOn: ['book'] }),
    ]),
    script: ({ step, args }) => {
      if (step.key === 'ship') throw broken('no truck');
      return step.action === 'test.work' ? `${step.key}'s output` : args;
    },
  },
  'compensation-fails': {
    definition: workflow([task('charge', { retry, compensate: { action: 'refund', with: {} } }), task('ship', { dependsOn: ['charge'] })]),
    script: ({ step, attempt }) => {
      if (step.key === 'ship') throw broken('no truck');
      if (step.action === 'refund') throw attempt === 1 ? flaky('the bank is busy') : broken('the account is closed');
      return 'charged';
    },
    act: async ({ clock }) => clock.advance(50),
  },
  'compensation-on-cancel': {
    definition: workflow([task('charge', { compensate: { action: 'refund', with: {} } }), task('ship', { dependsOn: ['charge'] })]),
    script: (given, context) => (given.step.key === 'ship' ? onceAborted(given, context) : byKey(given, context)),
    act: ({ runtime }, runId) => runtime.cancel(runId, 'person', 'wrong customer', { compensate: true }),
  },
  'compensation-dry-run': {
    definition: workflow([task('charge', { compensate: { action: 'refund', with: {} } }), task('ship', { dependsOn: ['charge'] })]),
    start: { mode: 'dry-run' },
    script: (given, context) => {
      if (given.step.key === 'ship') throw broken('no truck');
      return byKey(given, context);
    },
  },
  rollback: {
    definition: workflow(chain('plan', 'build', 'check')),
    script: byKey,
    act: async ({ runtime }, runId) => {
      await runtime.rollback(runId, { version: 1, by: 'person', reason: 'another way' });
      await runtime.resume(runId, 'person');
    },
  },
  redrive: {
    definition: workflow([task('plan'), task('build', { dependsOn: ['plan'] })]),
    script: (() => {
      let works = false;
      return ({ step }) => {
        if (step.key === 'plan' || works) return step.key;
        works = true;
        throw broken('no compiler');
      };
    })(),
    act: ({ runtime }, runId) => runtime.redrive(runId, { path: 'build', by: 'person', reason: 'installed it' }),
  },
  'stopped-and-resumed': {
    definition: workflow([task('plan'), task('think', { dependsOn: ['plan'] }), task('beside')]),
    script: (() => {
      let spent = true;
      return (given, context) => {
        if (given.step.key === 'beside' && spent) return onceAborted(given, context);
        if (given.step.key !== 'think' || !spent) return given.step.key;
        spent = false;
        throw new AppError({ code: 'llm.quota', message: 'The quota is used up.' });
      };
    })(),
    act: ({ runtime }, runId) => runtime.resume(runId, 'person'),
  },
  'result-that-is-not-json': { definition: workflow([task('a')]), script: () => ({ at: undefined }) as never },
  override: {
    definition: workflow([task('stuck'), task('next', { dependsOn: ['stuck'], with: { got: '{{ results.stuck }}' } })]),
    script: (given, context) => (given.step.key === 'stuck' ? onceAborted(given, context) : given.args),
    act: ({ runtime }, runId) => runtime.override(runId, { path: 'stuck', output: 'by hand', by: 'person', reason: 'it hangs' }),
  },
};

describe('a run as its events tell it', () => {
  for (const [name, scenario] of Object.entries(plays)) {
    it(`${name} reads as in test/golden/engine/${name}.txt`, async () => {
      assertGolden(`engine/${name}`, await play(scenario));
    });
  }
});

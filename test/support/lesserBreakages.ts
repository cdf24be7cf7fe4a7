// Runtimes that lack a part of a feature: the feature is there, and the probe must say what of it is missing.

import { AppError } from '#base/errors.ts';
import { atOnce } from '#core/engine/admission.ts';
import type { FeatureId } from '#core/runtimes/parity/features.ts';
import type { Step } from '#core/workflow/definition.ts';
import { type Breakage, withDefinition, withExecutor, withSteps } from '#test/support/parity.ts';

export interface LesserBreakage extends Breakage {
  readonly feature: FeatureId;
  /** What is wrong with it. */
  readonly name: string;
  readonly missing: RegExp;
}

const noCheck = (step: Step): Step => (step.kind === 'gate' ? { ...step, check: 'true' } : step);

export const lesserBreakages: readonly LesserBreakage[] = [
  {
    feature: 'state-store',
    name: 'forgets idempotency keys',
    missing: /the first run is returned/,
    runtime: (runtime) => ({ start: (request) => runtime.start({ ...request, idempotencyKey: null }) }),
  },
  {
    feature: 'message-bus',
    name: 'goes on telling those who left',
    missing: /who unsubscribed hears nothing more/,
    runtime: (runtime) => ({
      subscribe(listener) {
        runtime.subscribe(listener);
        return { dispose: () => {} };
      },
    }),
  },
  {
    feature: 'retry-logic',
    name: 'tries hopeless errors again',
    missing: /not retryable is not tried again/,
    ...withExecutor((executor) => ({
      execute: (...args) =>
        executor.execute(...args).catch((error: AppError) => {
          throw new AppError({ code: error.code, message: error.message, retryable: true });
        }),
    })),
  },
  {
    feature: 'task-streaming',
    name: 'streams no tool calls',
    missing: /tool calls are streamed/,
    runtime: (runtime) => ({
      subscribe: (listener) => runtime.subscribe((one) => (one.kind === 'signal' && one.signal.type === 'tool') || listener(one)),
    }),
  },
  {
    feature: 'task-cancellation',
    name: 'accepts to resume what was cancelled',
    missing: /stays cancelled/,
    runtime: () => ({ resume: async () => {} }),
  },
  {
    feature: 'task-queuing',
    name: 'takes the last first',
    missing: /first in, first out/,
    ...withDefinition((definition) => ({ ...definition, steps: definition.steps.toReversed() })),
  },
  {
    feature: 'task-queuing',
    name: 'begins every run at once',
    missing: /runs beyond the room wait/,
    ports: (ports) => ({ ...ports, admission: atOnce }),
  },
  {
    feature: 'conditional-routing',
    name: 'opens every gate',
    missing: /a gate holds/,
    ...withDefinition((definition) => ({ ...definition, steps: definition.steps.map(noCheck) })),
  },
  {
    feature: 'sequential-flow',
    name: 'goes on behind a failure',
    missing: /behind a failed step/,
    ...withSteps({ continueOnError: true }),
  },
  {
    feature: 'workflow-visualization',
    name: 'draws no conditions',
    missing: /shows its condition/,
    services: (services) => ({
      graph(definition) {
        const graph = services.graph(definition);
        return { ...graph, edges: graph.edges.map((edge) => ({ ...edge, when: null })) };
      },
    }),
  },
  {
    feature: 'state-rollback',
    name: 'cannot fork',
    missing: /runtime\.fork failed: Not here/,
    runtime: () => ({ fork: () => Promise.reject(new Error('Not here')) }),
  },
  {
    feature: 'state-history-query',
    name: 'finds no differences',
    missing: /names the steps that changed/,
    runtime: (runtime) => ({ diff: async (runId, range) => ({ ...(await runtime.diff(runId, range)), steps: [] }) }),
  },
  {
    feature: 'health-checks',
    name: 'sees no queue',
    missing: /depth of the queue/,
    services: (services) => ({
      health: async () => ({ ...(await services.health()), steps: { queued: 0, running: 0, waiting: 0 } }),
    }),
  },
];

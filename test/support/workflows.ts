// Builders of checked definitions for tests: the least to say, everything else as the file's defaults have it.

import type {
  GateStep,
  LoopStep,
  MapStep,
  RetryPolicy,
  Step,
  SubWorkflowStep,
  TaskStep,
  WorkflowDefinition,
} from '#core/workflow/definition.ts';

const once: RetryPolicy = { maxAttempts: 1, initialDelayMs: 500, maxDelayMs: 30_000 };

function base(key: string) {
  return { key, name: key, dependsOn: [], when: null, continueOnError: false, timeoutMs: null, retry: once };
}

export function task(key: string, changes: Partial<Omit<TaskStep, 'kind' | 'key'>> = {}): TaskStep {
  const nothing = { agent: 'developer', capability: null, action: 'test.work', with: {}, prompt: null, provider: null, model: null };
  return { ...base(key), ...nothing, compensate: null, ...changes, kind: 'task' };
}

export function gate(key: string, changes: Partial<Omit<GateStep, 'kind' | 'key'>> = {}): GateStep {
  return { ...base(key), check: null, message: `Is ${key} good?`, ask: 'never', ...changes, kind: 'gate' };
}

export function loop(key: string, steps: readonly Step[], changes: Partial<Omit<LoopStep, 'kind' | 'key' | 'steps'>> = {}): LoopStep {
  return { ...base(key), steps, until: 'false', maxIterations: 3, ...changes, kind: 'loop' };
}

export function map(key: string, steps: readonly Step[], changes: Partial<Omit<MapStep, 'kind' | 'key' | 'steps'>> = {}): MapStep {
  return { ...base(key), steps, over: 'inputs.items', concurrency: 4, ...changes, kind: 'map' };
}

export function subWorkflow(key: string, workflow: string, changes: Partial<Omit<SubWorkflowStep, 'kind' | 'key'>> = {}): SubWorkflowStep {
  return { ...base(key), with: {}, ...changes, workflow, kind: 'workflow' };
}

export function workflow(steps: readonly Step[], changes: Partial<WorkflowDefinition> = {}): WorkflowDefinition {
  return {
    name: 'test',
    version: '1',
    description: '',
    triggers: [],
    inputs: [],
    output: null,
    requires: [],
    limits: { maxParallelSteps: null },
    ...changes,
    steps,
  };
}

/** `keys` one after the other. */
export function chain(...keys: readonly string[]): TaskStep[] {
  return keys.map((key, index) => task(key, { dependsOn: keys.slice(Math.max(0, index - 1), index) }));
}

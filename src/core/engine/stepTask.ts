// What an executor is given for one attempt: the step with its templates filled in.

import type { JsonObject } from '#base/json.ts';
import { fillArguments, fillText } from '#core/workflow/template.ts';
import type { StepTask } from '#core/engine/executor.ts';
import { expressionScope, visibleResults, workflowOf } from '#core/engine/expressionScope.ts';
import type { RunState, StepInstance } from '#core/engine/state.ts';

/**
 * Throws what a template throws. `results` and `failures` are copied when they are first read:
 * most steps never do, and a copy for each step would cost O(steps²) over a run.
 */
export function stepTask(state: RunState, instance: StepInstance, attempt: number): StepTask {
  const { step, scope, path } = instance;
  if (step.kind !== 'task') throw new Error(`${path} is a ${step.kind}, not a task.`);
  let results: JsonObject | undefined;
  let failures: StepTask['failures'] | undefined;
  const visible = expressionScope(state, scope);
  return {
    runId: state.runId,
    workflow: workflowOf(scope).definition.name,
    path,
    attempt,
    mode: state.mode,
    step,
    args: Object.keys(step.with).length === 0 ? step.with : fillArguments(step.with, visible),
    prompt: step.prompt === null ? null : fillText(step.prompt, visible),
    inputs: visible.inputs,
    get results() {
      return (results ??= { ...visibleResults(scope) });
    },
    get failures() {
      return (failures ??= [...state.failures]);
    },
    idempotencyKey: `${state.runId}/${path}`,
  };
}

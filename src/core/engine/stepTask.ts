// What an executor is given for one attempt: the step with its templates filled in.

import type { JsonObject } from '#base/json.ts';
import { fillArguments, fillText } from '#core/workflow/template.ts';
import { undoStep } from '#core/engine/compensation.ts';
import type { StepTask } from '#core/engine/executor.ts';
import { expressionScope, workflowOf } from '#core/engine/expressionScope.ts';
import { resultsOf } from '#core/engine/facts.ts';
import type { RunState, Scope, StepInstance } from '#core/engine/state.ts';

/**
 * Throws what a template throws. `results` and `failures` are copied when they are first read:
 * most steps never do, and a copy for each step would cost O(steps²) over a run.
 */
export function stepTask(state: RunState, instance: StepInstance, attempt: number): StepTask {
  const { step, path } = instance;
  if (step.kind !== 'task') throw new Error(`${path} is a ${step.kind}, not a task.`);
  return taskOf(state, instance, { step, attempt, idempotencyKey: idempotencyKeyOf(state, path) });
}

/** The work that undoes a completed step: it sees that step's own result too. Throws what a template throws. */
export function undoTask(state: RunState, instance: StepInstance, attempt: number): StepTask {
  const { path } = instance;
  return taskOf(state, instance, { step: undoStep(state, path), attempt, idempotencyKey: undoKeyOf(state, path) });
}

/** A step that was undone and is done again does something new. */
export function idempotencyKeyOf(state: RunState, path: string): string {
  const undone = state.undone.get(path) ?? 0;
  return undone === 0 ? `${state.runId}/${path}` : `${state.runId}/${path}~${undone}`;
}

export function undoKeyOf(state: RunState, path: string): string {
  return `${idempotencyKeyOf(state, path)}!undo`;
}

function taskOf(state: RunState, instance: StepInstance, own: Pick<StepTask, 'step' | 'attempt' | 'idempotencyKey'>): StepTask {
  const { scope, path } = instance;
  const { step } = own;
  let results: JsonObject | undefined;
  let failures: StepTask['failures'] | undefined;
  const visible = expressionScope(state, scope);
  return {
    runId: state.runId,
    workflow: workflowOf(scope).definition.name,
    path,
    ...own,
    mode: state.mode,
    args: Object.keys(step.with).length === 0 ? step.with : fillArguments(step.with, visible),
    prompt: step.prompt === null ? null : fillText(step.prompt, visible),
    inputs: visible.inputs,
    get results() {
      return (results ??= inOrder(scope));
    },
    get failures() {
      return (failures ??= state.failures.toSorted((a, b) => (a.path < b.path ? -1 : 1)));
    },
  };
}

/** What the scope sees, in the order of the steps and not in that in which they ended: equal runs ask equal questions. */
function inOrder(scope: Scope): JsonObject {
  if (scope.frame.kind === 'workflow' || scope.body.owner === null) return resultsOf(scope);
  return { ...inOrder(scope.body.owner.scope), ...resultsOf(scope) };
}

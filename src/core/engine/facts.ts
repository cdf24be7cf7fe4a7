// Facts the engine decides on by itself, from the state alone: entering a step, moving a composite on, ending the run.

import { type ErrorView, toErrorView } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import type { RunFact } from '#protocol/runEvents.ts';
import { evaluateCondition, evaluateExpression } from '#core/workflow/expression.ts';
import { compensatingFact } from '#core/engine/compensation.ts';
import { deadLetterFacts } from '#core/engine/deadLetters.ts';
import { expressionScope } from '#core/engine/expressionScope.ts';
import type { RunState, Scope, StepInstance } from '#core/engine/state.ts';
import { isTerminal } from '#core/engine/stop.ts';

/** All dependencies are settled. */
export function enterFact(state: RunState, instance: StepInstance): RunFact {
  const { path, step } = instance;
  if (step.when === null) return { type: 'step.queued', path };
  try {
    if (evaluateCondition(step.when, expressionScope(state, instance.scope))) return { type: 'step.queued', path };
    return { type: 'step.skipped', path, reason: `condition is false: ${step.when}`, version: state.version + 1 };
  } catch (thrown) {
    return failedFact(state, instance, { error: toErrorView(thrown), durationMs: 0 });
  }
}

/** Failed for good. */
export function failedFact(
  state: RunState,
  instance: StepInstance,
  failure: { readonly error: ErrorView; readonly durationMs: number },
): RunFact {
  const { state: before, path } = instance;
  const attempt = before.status === 'running' ? before.attempt : 1;
  return { type: 'step.failed', path, attempt, ...failure, usage: [], retryAt: null, version: state.version + 1 };
}

/** What the facts about gates and composites need besides the state. */
export interface FactPorts {
  readonly nextId: (prefix: string) => string;
  readonly now: number;
}

/** A gate or composite is done. */
export function doneFact(
  state: RunState,
  instance: StepInstance,
  done: { readonly output: Json; readonly summary: string; readonly durationMs: number },
): RunFact {
  return { type: 'step.succeeded', path: instance.path, attempt: 1, ...done, usage: [], version: state.version + 1 };
}

/** What ends the run, or begins to undo it, once no step is open and nothing is left to undo. */
export function endFacts(state: RunState): readonly RunFact[] {
  const end = endFact(state);
  return end.type === 'run.failed' || end.type === 'run.cancelled' ? [...deadLetterFacts(state), end] : [end];
}

/** The run's last fact, or `run.compensating` before it. */
export function endFact(state: RunState): RunFact {
  const { phase } = state;
  if (phase.status === 'compensating' && phase.ends.as === 'cancelled') return { type: 'run.cancelled', reason: phase.ends.reason };
  if (phase.status === 'cancelling') {
    return (phase.compensate ? compensatingFact(state) : null) ?? { type: 'run.cancelled', reason: phase.reason };
  }
  if (state.stop !== null) return stoppedFact(state, state.stop);
  const failed = state.root.failedBy;
  if (failed !== null && phase.status !== 'compensating' && state.flags.has('v2')) {
    return compensatingFact(state) ?? { type: 'run.failed', error: passedOn(failed) };
  }
  if (failed !== null) return { type: 'run.failed', error: passedOn(failed) };
  let output: Json;
  try {
    output = outputOf(state, state.root.scopes[0]);
  } catch (thrown) {
    return { type: 'run.failed', error: toErrorView(thrown) };
  }
  const starved = state.failures.find((failure) => isTerminal(failure.error));
  if (starved === undefined) return { type: 'run.completed', output };
  return { type: 'run.partial', output, reason: `${starved.path}: ${starved.error.message}` };
}

function stoppedFact(state: RunState, { path, error }: NonNullable<RunState['stop']>): RunFact {
  return { type: 'run.partial', output: partialOutput(state), reason: `${path}: ${error.message}` };
}

/** What was done is kept, as far as it goes: an `output` that has nothing without the rest gives way to the results there are. */
function partialOutput(state: RunState): Json {
  const [root] = state.root.scopes;
  const results = root === undefined ? {} : resultsOf(root);
  try {
    return outputOf(state, root) ?? results;
  } catch {
    return results; // the expression cannot be worked out without the rest
  }
}

/** `output` of the scope's workflow; without one, all results by key. */
export function outputOf(state: RunState, scope: Scope | undefined): Json {
  if (scope === undefined) return {};
  const { frame } = scope;
  if (frame.kind === 'workflow' && frame.definition.output !== null) {
    return evaluateExpression(frame.definition.output, expressionScope(state, scope));
  }
  return resultsOf(scope);
}

/** Results by key in the order of the steps, whichever ended first: equal runs have equal outputs to the letter. */
export function resultsOf(scope: Scope): { [key: string]: Json } {
  const results: { [key: string]: Json } = {};
  for (const { key } of scope.graph.steps) {
    const result = scope.results[key];
    if (result !== undefined) results[key] = result;
  }
  return results;
}

/** The error of the step that began it, for its parents and the run: `details.path` names the step. */
export function passedOn(failed: StepInstance): ErrorView {
  if (failed.state.status !== 'failed') throw new Error(`${failed.path} is named as failed but is ${failed.state.status}.`);
  const { error } = failed.state;
  return { ...error, retryable: false, details: { path: failed.path, ...error.details } };
}

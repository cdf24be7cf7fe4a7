// Gates and composites: the next fact about one that runs, decided from the state alone; null when it has to wait.

import { toErrorView } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import type { RunFact } from '#protocol/runEvents.ts';
import type { LoopStep, MapStep, SubWorkflowStep } from '#core/workflow/definition.ts';
import { evaluateCondition, evaluateExpression } from '#core/workflow/expression.ts';
import { completeInputs } from '#core/workflow/inputs.ts';
import { fillArguments } from '#core/workflow/template.ts';
import { mapTooLarge, notAList, workflowMissing } from '#core/engine/errors.ts';
import { expressionScope } from '#core/engine/expressionScope.ts';
import { type FactPorts, doneFact, failedFact, outputOf, passedOn, resultsOf } from '#core/engine/facts.ts';
import { gateFact } from '#core/engine/gate.ts';
import type { Body, RunState, StepInstance } from '#core/engine/state.ts';

/** The most elements a map takes. */
export const MAX_MAP_ITEMS = 10_000;

/** An error of an expression fails the step. */
export function advanceFact(state: RunState, instance: StepInstance, ports: FactPorts): RunFact | null {
  const { body, state: running } = instance;
  if (running.status !== 'running') return null;
  const durationMs = Math.max(0, ports.now - running.attemptAt);
  try {
    if (instance.step.kind === 'gate') return gateFact(state, instance, ports);
    if (body === null) return openFact(state, instance);
    if (body.open > 0) return null;
    if (body.failedBy !== null) return failedFact(state, instance, { error: passedOn(body.failedBy), durationMs });
    return body.stopping ? null : concludeFact(state, instance, body, durationMs);
  } catch (thrown) {
    return failedFact(state, instance, { error: toErrorView(thrown), durationMs });
  }
}

function openFact(state: RunState, instance: StepInstance): RunFact {
  const { step, path } = instance;
  const opened = { type: 'scope.opened', path, iteration: 1 } as const;
  switch (step.kind) {
    case 'loop':
      return { ...opened, items: null };
    case 'map':
      return { ...opened, items: mapItems(state, instance, step) };
    case 'workflow':
      return { ...opened, items: null, inputs: subInputs(state, instance, step) };
    case 'task':
    case 'gate':
      throw new Error(`${path} is a ${step.kind} and has no scope.`);
  }
}

function mapItems(state: RunState, instance: StepInstance, step: MapStep): Json[] {
  const items = evaluateExpression(step.over, expressionScope(state, instance.scope));
  if (!Array.isArray(items)) throw notAList(instance.path);
  if (items.length > MAX_MAP_ITEMS) throw mapTooLarge(instance.path, items.length, MAX_MAP_ITEMS);
  return items as Json[];
}

function subInputs(state: RunState, instance: StepInstance, step: SubWorkflowStep): { [name: string]: Json } {
  const definition = state.library[step.workflow];
  if (definition === undefined) throw workflowMissing(instance.path, step.workflow);
  return { ...completeInputs(definition.inputs, fillArguments(step.with, expressionScope(state, instance.scope))) };
}

/** All scopes of it are settled and none failed. */
function concludeFact(state: RunState, instance: StepInstance, body: Body, durationMs: number): RunFact {
  const { step } = instance;
  switch (step.kind) {
    case 'loop':
      return passFact(state, instance, { step, body, durationMs });
    case 'map': {
      const output = body.scopes.map((scope) => resultsOf(scope));
      return doneFact(state, instance, { output, summary: `${output.length} items`, durationMs });
    }
    case 'workflow': {
      const output = outputOf(state, body.scopes[0]);
      return doneFact(state, instance, { output, summary: step.workflow, durationMs });
    }
    case 'task':
    case 'gate':
      throw new Error(`${instance.path} is a ${step.kind} and has no scope.`);
  }
}

function passFact(
  state: RunState,
  instance: StepInstance,
  loop: { readonly step: LoopStep; readonly body: Body; readonly durationMs: number },
): RunFact {
  const { step, body, durationMs } = loop;
  const pass = body.scopes.at(-1);
  if (pass === undefined) throw new Error(`Loop ${instance.path} has no pass to look at.`);
  const iterations = body.scopes.length;
  const passed = evaluateCondition(step.until, expressionScope(state, pass));
  if (!passed && iterations < step.maxIterations) {
    return { type: 'scope.opened', path: instance.path, iteration: iterations + 1, items: null };
  }
  const summary = `${passed ? 'passed' : 'did not pass'} after ${iterations} of ${step.maxIterations} passes`;
  return doneFact(state, instance, { output: { iterations, passed, last: resultsOf(pass) }, summary, durationMs });
}

// Scopes: opening them, settling their steps, stopping them. Part of reduce(): pure apart from the state it owns.

import type { ErrorView } from '#base/errors.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { Step } from '#core/workflow/definition.ts';
import { type Usage, addUsage } from '#protocol/usage.ts';
import type { Effect } from '#core/engine/effects.ts';
import { type Body, type Frame, type RunState, type Scope, type StepInstance, isSettled } from '#core/engine/state.ts';
import { graphOf } from '#core/engine/stepGraph.ts';

const PENDING = { status: 'pending' } as const;
const NONE: readonly never[] = [];

export function createBody(owner: StepInstance | null, items: readonly Json[] | null): Body {
  return { owner, scopes: [], items, open: 0, failedBy: null, stopping: false };
}

/** What tells one scope from the others of its body. */
export interface ScopeContent {
  readonly frame: Frame;
  readonly prefix: string;
  readonly steps: readonly Step[];
}

/** The next pass of a loop, the next item of a map, or what a sub-workflow runs, with `inputs`. */
export function nextScope(state: Pick<RunState, 'library'>, owner: StepInstance, body: Body, inputs: JsonObject): ScopeContent {
  const { step, path } = owner;
  const index = body.scopes.length;
  switch (step.kind) {
    case 'loop': {
      const frame: Frame = { kind: 'pass', iteration: index + 1, last: body.scopes.at(-1)?.results ?? {} };
      return { frame, prefix: `${path}#${index + 1}/`, steps: step.steps };
    }
    case 'map': {
      const frame: Frame = { kind: 'item', index, item: body.items?.[index] ?? null };
      return { frame, prefix: `${path}[${index}]/`, steps: step.steps };
    }
    case 'workflow': {
      const definition = state.library[step.workflow];
      if (definition === undefined) throw new Error(`The run has no workflow ${step.workflow}.`);
      return { frame: { kind: 'workflow', definition, inputs }, prefix: `${path}/`, steps: definition.steps };
    }
    case 'task':
    case 'gate':
      throw new Error(`${path} is a ${step.kind} and has no scope.`);
  }
}

/** Adds a scope with all its steps pending; those without dependencies enter at once. */
export function openScope(state: Pick<RunState, 'steps'>, body: Body, content: ScopeContent, effects: Effect[]): void {
  const { frame, prefix } = content;
  const graph = graphOf(content.steps);
  const instances: StepInstance[] = [];
  const scope: Scope = { body, frame, prefix, graph, instances, results: {}, unsettled: graph.steps.length };
  for (const [index, step] of graph.steps.entries()) {
    const path = prefix + step.key;
    const unmet = graph.unmet[index] ?? 0;
    const instance: StepInstance = { path, step, scope, index, unmet, state: PENDING, usage: NONE, decisions: NONE, body: null };
    instances.push(instance);
    state.steps.set(path, instance);
    if (unmet === 0) effects.push({ kind: 'enter', path });
  }
  body.scopes.push(scope);
  if (scope.unsettled > 0) body.open += 1;
}

/** The steps of the run itself. */
export function openRoot(state: RunState, effects: Effect[]): void {
  const { definition, created, root } = state;
  openScope(state, root, { frame: { kind: 'workflow', definition, inputs: created.inputs }, prefix: '', steps: definition.steps }, effects);
}

/** Opens as many map items as its concurrency allows. */
export function openItems(state: Pick<RunState, 'steps' | 'library'>, body: Body, effects: Effect[]): void {
  const { owner, items } = body;
  if (owner?.step.kind !== 'map' || items === null || body.stopping) return;
  while (body.open < owner.step.concurrency && body.scopes.length < items.length) {
    openScope(state, body, nextScope(state, owner, body, {}), effects);
  }
}

/** The step has a result: its dependents may enter, its scope may be done. */
export function settle(state: RunState, instance: StepInstance, result: Json, effects: Effect[]): void {
  const { scope } = instance;
  scope.results[instance.step.key] = result;
  if (!scope.body.stopping) {
    for (const index of scope.graph.dependents[instance.index] ?? NONE) {
      const dependent = scope.instances[index];
      if (dependent === undefined) continue;
      dependent.unmet -= 1;
      if (dependent.unmet === 0 && dependent.state.status === 'pending') effects.push({ kind: 'enter', path: dependent.path });
    }
  }
  close(state, instance, effects);
}

/** The step will have no result, and nothing waits for it any more. */
export function settleCancelled(state: RunState, instance: StepInstance, effects: Effect[]): void {
  close(state, instance, effects);
}

/** Failed for good: recorded and passed over with continueOnError, else the end of everything beside it. */
export function settleFailed(state: RunState, instance: StepInstance, error: ErrorView, effects: Effect[]): void {
  const passedOn = instance.body !== null && instance.body.failedBy !== null;
  if (!passedOn) state.failures.push({ path: instance.path, error });
  if (instance.step.continueOnError) {
    settle(state, instance, null, effects);
    return;
  }
  const { body } = instance.scope;
  body.failedBy ??= instance;
  body.stopping = true;
  close(state, instance, effects);
  stopBody(body, `step ${instance.path} failed`, effects);
}

/** Cancels every unsettled step of the body, innermost first. */
export function stopBody(body: Body, reason: string, effects: Effect[]): void {
  body.stopping = true;
  for (const scope of body.scopes) {
    if (scope.unsettled === 0) continue;
    for (const instance of scope.instances) {
      if (isSettled(instance.state)) continue;
      if (instance.body !== null) stopBody(instance.body, reason, effects);
      effects.push({ kind: 'cancel', path: instance.path, reason });
    }
  }
}

/** What steps that a cancel stopped are told; the same text when a restart finishes the cancel. */
export function cancelReason(request: { readonly reason: string }): string {
  return request.reason === '' ? 'the run was cancelled' : `the run was cancelled: ${request.reason}`;
}

/** Adds what an attempt used to its step and its run. */
export function billStep(state: RunState, instance: StepInstance, usage: readonly Usage[]): void {
  if (usage.length === 0) return;
  instance.usage = addUsage([...instance.usage, ...usage]);
  state.usage = addUsage([...state.usage, ...usage]);
}

/** A terminal provider error: whatever has not ended in the run is cancelled, wherever it stands. */
export function stopRun(state: RunState, stop: NonNullable<RunState['stop']>, effects: Effect[]): void {
  state.stop = stop;
  stopBody(state.root, stopReason(stop), effects);
}

/** What steps that a terminal provider error stopped are told; the same text when a restart finishes the stop. */
export function stopReason({ path, error }: NonNullable<RunState['stop']>): string {
  return `step ${path} stopped the run: ${error.message}`;
}

function close(state: RunState, instance: StepInstance, effects: Effect[]): void {
  const { scope } = instance;
  state.settled += 1;
  state.active.delete(instance.path);
  withdrawDecisions(state, instance);
  effects.push({ kind: 'release', path: instance.path });
  scope.unsettled -= 1;
  if (scope.unsettled === 0) closeScope(state, scope.body, effects);
}

function closeScope(state: RunState, body: Body, effects: Effect[]): void {
  body.open -= 1;
  openItems(state, body, effects);
  if (body.open > 0) return;
  if (body.owner === null) effects.push({ kind: 'finish' });
  else if (!isSettled(body.owner.state)) effects.push({ kind: 'advance', path: body.owner.path });
}

/** Nobody needs to answer them any more. */
export function withdrawDecisions(state: RunState, instance: StepInstance): void {
  for (const id of instance.decisions) {
    if (state.decisions.get(id)?.made !== null) continue;
    state.decisions.delete(id);
    state.waiting -= 1;
  }
}

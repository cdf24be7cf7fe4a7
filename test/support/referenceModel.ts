// What a workflow must come to, computed the slow and obvious way: no events, no concurrency, no retries over time.
// The engine's runs are held against it by property tests.

import type { Json, JsonObject } from '#base/json.ts';
import { evaluateCondition, evaluateExpression } from '#core/workflow/expression.ts';
import type { ExpressionScope, Step, WorkflowDefinition } from '#core/workflow/definition.ts';

/** What the work of a task does, the same each time the test runs. */
export interface Behaviour {
  /** Attempts that fail with a retryable error before the one that counts. */
  readonly failuresBefore: number;
  readonly fatal: boolean;
  readonly output: Json;
}

export interface World {
  readonly library: { readonly [name: string]: WorkflowDefinition };
  readonly behaviourOf: (path: string) => Behaviour;
  /** Results that a person set before anything ran, by path. */
  readonly overrides?: ReadonlyMap<string, Json>;
}

export type Fate = { readonly kind: 'succeeded'; readonly output: Json } | { readonly kind: 'skipped' } | { readonly kind: 'failed' };

export interface Expected {
  /** Null: some step fails without continueOnError. */
  readonly results: JsonObject | null;
  /** What becomes of each step unless something beside it fails first. */
  readonly fates: ReadonlyMap<string, Fate>;
}

/** What a failed run must undo, in order: what had succeeded and says how, the last first. */
export function expectedUndone(definition: WorkflowDefinition, library: World['library'], succeeded: readonly string[]): string[] {
  const isUndoable = (path: string): boolean => {
    let steps = definition.steps;
    let found: Step | undefined;
    for (const part of path.split('/')) {
      found = steps.find(({ key }) => key === part.replace(/(#\d+|\[\d+\])$/, ''));
      if (found?.kind === 'loop' || found?.kind === 'map') steps = found.steps;
      if (found?.kind === 'workflow') steps = library[found.workflow]?.steps ?? [];
    }
    return found?.kind === 'task' && found.compensate !== null;
  };
  return succeeded.filter(isUndoable).toReversed();
}

export function expectedOf(definition: WorkflowDefinition, inputs: JsonObject, world: World): Expected {
  const fates = new Map<string, Fate>();
  const scope = { inputs, results: {}, context: {} };
  const results = runSteps(definition.steps, { prefix: '', scope, world, fates });
  return { results, fates };
}

interface Place {
  readonly prefix: string;
  readonly scope: ExpressionScope;
  readonly world: World;
  readonly fates: Map<string, Fate>;
}

/** Null when a step fails without continueOnError; steps that do not depend on it are still looked at, for their fates. */
function runSteps(steps: readonly Step[], place: Place): JsonObject | null {
  const own: { [key: string]: Json } = {};
  const lost = new Set<string>();
  const left = new Set(steps);
  while (left.size > 0) {
    const step = Array.from(left).find((candidate) => candidate.dependsOn.every((key) => !steps.some((s) => left.has(s) && s.key === key)));
    if (step === undefined) throw new Error('The workflow has a cycle.');
    left.delete(step);
    if (step.dependsOn.some((key) => lost.has(key))) {
      lost.add(step.key);
      continue;
    }
    const path = place.prefix + step.key;
    const fate = fateOf(step, path, { ...place, scope: { ...place.scope, results: { ...place.scope.results, ...own } } });
    place.fates.set(path, fate);
    if (fate.kind === 'failed' && !step.continueOnError) lost.add(step.key);
    else own[step.key] = fate.kind === 'succeeded' ? fate.output : null;
  }
  return lost.size > 0 ? null : own;
}

function fateOf(step: Step, path: string, place: Place): Fate {
  const { scope, world, fates } = place;
  const overridden = world.overrides?.get(path);
  if (overridden !== undefined) return { kind: 'succeeded', output: overridden };
  if (step.when !== null && !evaluateCondition(step.when, scope)) return { kind: 'skipped' };
  switch (step.kind) {
    case 'task': {
      const { failuresBefore, fatal, output } = world.behaviourOf(path);
      return fatal || failuresBefore >= step.retry.maxAttempts ? { kind: 'failed' } : { kind: 'succeeded', output };
    }
    case 'gate':
      return step.check !== null && evaluateCondition(step.check, scope)
        ? { kind: 'succeeded', output: { passed: true, by: 'check', reason: '' } }
        : { kind: 'failed' };
    case 'loop': {
      let last: JsonObject = {};
      for (let iteration = 1; iteration <= step.maxIterations; iteration += 1) {
        const inner = { ...scope, iteration, last };
        const results = runSteps(step.steps, { prefix: `${path}#${iteration}/`, scope: inner, world, fates });
        if (results === null) return { kind: 'failed' };
        last = results;
        const passed = evaluateCondition(step.until, { ...inner, results: { ...scope.results, ...results } });
        if (passed || iteration === step.maxIterations) return { kind: 'succeeded', output: { iterations: iteration, passed, last } };
      }
      throw new Error('A loop runs at least once.');
    }
    case 'map': {
      const items = evaluateExpression(step.over, scope) as readonly Json[];
      const all = items.map((item, index) =>
        runSteps(step.steps, { prefix: `${path}[${index}]/`, scope: { ...scope, item, index }, world, fates }),
      );
      return all.some((results) => results === null) ? { kind: 'failed' } : { kind: 'succeeded', output: all };
    }
    case 'workflow': {
      const definition = world.library[step.workflow] as WorkflowDefinition;
      const inner: ExpressionScope = { inputs: {}, results: {}, context: scope.context };
      const output = runSteps(definition.steps, { prefix: `${path}/`, scope: inner, world, fates });
      return output === null ? { kind: 'failed' } : { kind: 'succeeded', output };
    }
  }
}

// What the expressions and templates of a step may see.

import type { JsonObject } from '#base/json.ts';
import type { ExpressionScope } from '#core/workflow/definition.ts';
import type { RunState, Scope } from '#core/engine/state.ts';

/** The definition and inputs that the scope belongs to: those of the run or of the innermost sub-workflow. */
export function workflowOf(scope: Scope): Extract<Scope['frame'], { kind: 'workflow' }> {
  let current = scope;
  while (current.frame.kind !== 'workflow') {
    const { owner } = current.body;
    if (owner === null) throw new Error('A scope has no workflow around it.');
    current = owner.scope;
  }
  return current.frame;
}

/** Outputs of settled steps, inner keys first, up to the workflow's border. The live object where there is only one scope. */
export function visibleResults(scope: Scope): JsonObject {
  if (scope.frame.kind === 'workflow' || scope.body.owner === null) return scope.results;
  return { ...visibleResults(scope.body.owner.scope), ...scope.results };
}

/** To be used at once: `results` may be the live object. */
export function expressionScope(state: RunState, scope: Scope): ExpressionScope {
  const { definition, inputs } = workflowOf(scope);
  const context = { runId: state.runId, mode: state.mode, hasModel: state.created.hasModel ?? false, workflow: definition.name };
  return { inputs, results: visibleResults(scope), context, ...framesAround(scope) };
}

function framesAround(scope: Scope): Pick<ExpressionScope, 'item' | 'index' | 'iteration' | 'last'> {
  const { frame, body } = scope;
  if (frame.kind === 'workflow' || body.owner === null) return {};
  const outer = framesAround(body.owner.scope);
  return frame.kind === 'item'
    ? { ...outer, item: frame.item, index: frame.index }
    : { ...outer, iteration: frame.iteration, last: frame.last };
}

// What a state still owes: the effects of a history that was cut anywhere. One scan, after a restart or a fork.

import type { Effect } from '#core/engine/effects.ts';
import { compensationEffect } from '#core/engine/compensation.ts';
import { cancelReason, stopBody, stopReason } from '#core/engine/scopes.ts';
import { type RunState, type StepInstance, isSettled } from '#core/engine/state.ts';

/** Running tasks whose work died with their process. */
export function interruptedSteps(state: RunState): string[] {
  const paths: string[] = [];
  for (const { path, step, state: now } of state.steps.values()) {
    if (now.status === 'running' && step.kind === 'task') paths.push(path);
  }
  return paths;
}

/** Once interrupted steps are put back. What it names twice is done once. */
export function outstanding(state: RunState): readonly Effect[] {
  const effects: Effect[] = [];
  if (state.phase.status === 'cancelling') stopBody(state.root, cancelReason(state.phase), effects);
  if (state.stop !== null) stopBody(state.root, stopReason(state.stop), effects);
  if (state.phase.status === 'compensating') return [compensationEffect(state)];
  for (const instance of state.steps.values()) owedBy(instance, effects);
  const begun = state.phase.status !== 'parsing' && state.phase.status !== 'validating';
  if (begun && state.root.open === 0) effects.push({ kind: 'finish' });
  if (state.root.failedBy !== null) stopBody(state.root, `step ${state.root.failedBy.path} failed`, effects);
  return effects;
}

function owedBy(instance: StepInstance, effects: Effect[]): void {
  const { path, state, step, body, scope } = instance;
  if (body !== null && body.open > 0) {
    if (isSettled(state)) stopBody(body, `step ${path} was settled`, effects);
    else if (body.failedBy !== null) stopBody(body, `step ${body.failedBy.path} failed`, effects);
  }
  switch (state.status) {
    case 'pending':
      if (instance.unmet === 0 && !scope.body.stopping) effects.push({ kind: 'enter', path });
      return;
    case 'queued':
    case 'assigned':
      effects.push({ kind: 'dispatch', path });
      return;
    case 'retrying':
      effects.push({ kind: 'retry', path, at: state.retryAt });
      return;
    case 'running':
      if (step.kind === 'task') return;
      effects.push({ kind: 'advance', path });
      if (step.timeoutMs !== null) effects.push({ kind: 'limit', path, at: state.startedAt + step.timeoutMs, timeoutMs: step.timeoutMs });
      return;
    case 'succeeded':
    case 'failed':
    case 'skipped':
    case 'cancelled':
    case 'overridden':
  }
}

// What a duty comes to: the facts to record now. None when events since have overtaken it.

import { type ErrorView, toErrorView } from '#base/errors.ts';
import type { RunFact } from '#protocol/runEvents.ts';
import type { TaskStep } from '#core/workflow/definition.ts';
import { advanceFact } from '#core/engine/advance.ts';
import { currentCompensation, undoFact } from '#core/engine/compensation.ts';
import type { InnerEffect } from '#core/engine/effects.ts';
import type { StepAssignment, StepExecutor } from '#core/engine/executor.ts';
import { type FactPorts, endFacts, enterFact, failedFact } from '#core/engine/facts.ts';
import { hasEnded } from '#core/engine/reduce.ts';
import { nextAttempt } from '#core/engine/reduceStep.ts';
import { type RunState, type StepInstance, isSettled, stepAt } from '#core/engine/state.ts';

export interface DutyPorts extends FactPorts {
  readonly executor: Pick<StepExecutor, 'assign'>;
}

const NOTHING: readonly RunFact[] = [];

export function dutyFacts(state: RunState, duty: InnerEffect, ports: DutyPorts): readonly RunFact[] {
  if (duty.kind === 'finish') return ended(state) ? NOTHING : endFacts(state);
  const instance = stepAt(state, duty.path);
  switch (duty.kind) {
    case 'undo': {
      const fact = undoFact(state, duty.path, ports.executor);
      return fact === null ? NOTHING : [fact];
    }
    case 'enter':
      return instance.state.status === 'pending' && instance.unmet === 0 ? [enterFact(state, instance)] : NOTHING;
    case 'dispatch':
      return startFacts(state, instance, ports.executor);
    case 'advance': {
      const fact = advanceFact(state, instance, ports);
      return fact === null ? NOTHING : [fact];
    }
    case 'cancel':
      return isSettled(instance.state) ? NOTHING : [{ type: 'step.cancelled', path: duty.path, reason: duty.reason }];
  }
}

/** Ended already, or not to be ended yet. */
function ended(state: RunState): boolean {
  return hasEnded(state) || state.root.open > 0 || currentCompensation(state) !== undefined;
}

function startFacts(state: RunState, instance: StepInstance, executor: DutyPorts['executor']): readonly RunFact[] {
  const { step, path } = instance;
  if (instance.state.status === 'queued' && step.kind === 'task') {
    const assigned = assign(state, step, executor);
    if (assigned.error !== null) return [failedFact(state, instance, { error: assigned.error, durationMs: 0 })];
    return [
      { type: 'step.assigned', path, ...assigned.to },
      { type: 'step.started', path, attempt: 1 },
    ];
  }
  const next = nextAttempt(instance);
  return next === null ? NOTHING : [{ type: 'step.started', path, attempt: next.attempt }];
}

type Assigned = { readonly to: StepAssignment; readonly error: null } | { readonly error: ErrorView };

function assign(state: RunState, step: TaskStep, executor: DutyPorts['executor']): Assigned {
  try {
    const { agent, reason } = executor.assign({ step, workflow: state.definition.name });
    return { to: { agent, reason }, error: null };
  } catch (thrown) {
    return { error: toErrorView(thrown) };
  }
}

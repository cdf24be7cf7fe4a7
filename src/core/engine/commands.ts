// What people may tell a run, as pure functions: the state gives the fact to record, null when it is so already,
// or throws why not.

import type { Json } from '#base/json.ts';
import type { RunFact } from '#protocol/runEvents.ts';
import type { Step, WorkflowDefinition } from '#core/workflow/definition.ts';
import { decisionNotFound, runFinished, unknownChoice } from '#core/engine/errors.ts';
import { interruptedSteps } from '#core/engine/outstanding.ts';
import { type RunState, isEnded } from '#core/engine/state.ts';

export type Command = (state: RunState) => RunFact | null;

function refuseEnded({ phase, runId }: RunState): void {
  if (isEnded(phase)) throw runFinished(runId, phase.status);
}

export function pauseCommand(by: string, reason: string): Command {
  return (state) => {
    refuseEnded(state);
    return state.phase.status === 'paused' ? null : { type: 'run.paused', by, reason };
  };
}

export function resumeCommand(by: string): Command {
  return (state) => {
    refuseEnded(state);
    return state.phase.status === 'paused' ? { type: 'run.resumed', by } : null;
  };
}

/** `compensate`: what was completed is undone first, where its step says how. A run that is being undone already stops that and ends. */
export function cancelCommand(by: string, reason: string, compensate = false): Command {
  return (state) => {
    if (state.phase.status === 'cancelled' || state.phase.status === 'cancelling') return null;
    refuseEnded(state);
    return { type: 'run.cancelRequested', by, reason, ...(compensate && { compensate }) };
  };
}

export function overrideCommand(request: {
  readonly path: string;
  readonly output: Json;
  readonly by: string;
  readonly reason: string;
}): Command {
  return (state) => {
    refuseEnded(state);
    const { path, output, by, reason } = request;
    return { type: 'step.overridden', path, output, by, reason, version: state.version + 1 };
  };
}

/** Throws `decision.notFound` for one that is not waiting and `decision.unknownChoice` for a choice it does not offer. */
export function decideCommand(request: {
  readonly decisionId: string;
  readonly choice: string;
  readonly by: string;
  readonly reason: string;
}): Command {
  return (state) => {
    refuseEnded(state);
    const { decisionId, choice, by, reason } = request;
    const decision = state.decisions.get(decisionId);
    if (decision === undefined || decision.made !== null) throw decisionNotFound(decisionId);
    const known = decision.options.map((option) => option.id);
    if (!known.includes(choice)) throw unknownChoice(decisionId, choice, known);
    return { type: 'decision.made', id: decisionId, path: decision.path, choice, by, reason };
  };
}

/** The first facts of a run, from where its history stands. */
export function openingFacts(state: RunState): readonly RunFact[] {
  const parsed: RunFact = { type: 'run.parsed' };
  const validated: RunFact = { type: 'run.validated', steps: countSteps(state.definition) };
  const started: RunFact = { type: 'run.started' };
  if (state.phase.status === 'parsing') return [parsed, validated, started];
  return state.phase.status === 'validating' ? [validated, started] : [];
}

/** What makes a run go on whose process died. */
export function recoveryFacts(state: RunState, by: string): readonly RunFact[] {
  refuseEnded(state);
  const recovered: RunFact = { type: 'run.recovered', interrupted: interruptedSteps(state) };
  const resumed: readonly RunFact[] = state.phase.status === 'paused' ? [{ type: 'run.resumed', by }] : [];
  return [recovered, ...openingFacts(state), ...resumed];
}

function countSteps(definition: WorkflowDefinition): number {
  const count = (steps: readonly Step[]): number =>
    steps.reduce((sum, step) => sum + 1 + (step.kind === 'loop' || step.kind === 'map' ? count(step.steps) : 0), 0);
  return count(definition.steps);
}

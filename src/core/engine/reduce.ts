// reduce(): the one place where events change a run. The same function serves live runs, replay and views.
// Deterministic: no clock, no randomness, no IO. An event that does not fit throws before anything is changed.

import type { RunEvent, RunEventOf, RunEventType } from '#protocol/runEvents.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import type { Effect } from '#core/engine/effects.ts';
import { corruptHistory, illegalTransition } from '#core/engine/errors.ts';
import { checkFlags } from '#core/engine/flags.ts';
import { compensationEffect, recoverCompensation, reduceCompensation, stopUndoing } from '#core/engine/compensation.ts';
import { applyRewound, effectiveEvents } from '#core/engine/rewind.ts';
import { cancelReason, createBody, openRoot, stopBody } from '#core/engine/scopes.ts';
import { type RunPhase, type RunState, isEnded } from '#core/engine/state.ts';
import { outstanding } from '#core/engine/outstanding.ts';
import { onRecovered, reduceStep } from '#core/engine/reduceStep.ts';

/** The state after `run.created`, its first event: parsing. Throws `engine.unknownFlag`. */
export function createRunState(created: RunEventOf<'run.created'>): RunState {
  if (created.seq !== 1) throw corruptHistory(created.runId, 1, created.seq);
  const definition = created.definition as unknown as WorkflowDefinition;
  return {
    runId: created.runId,
    created,
    definition,
    library: created.library as unknown as { readonly [name: string]: WorkflowDefinition },
    flags: checkFlags(created.flags),
    mode: created.mode,
    root: createBody(null, null),
    steps: new Map(),
    decisions: new Map(),
    active: new Set(),
    failures: [],
    undoable: [],
    compensations: [],
    undone: new Map(),
    stop: null,
    phase: { status: 'parsing' },
    seq: 1,
    version: 0,
    settled: 0,
    waiting: 0,
    proposals: 0,
    usage: [],
  };
}

/**
 * Applies one event and says what follows. `state` is updated in place; its caller is its only owner.
 * Throws `engine.corruptHistory` for a gap in `seq` and `engine.illegalTransition` for an event that does not fit:
 * both leave the state as it was.
 */
export function reduce(state: RunState, event: RunEvent): readonly Effect[] {
  if (event.seq !== state.seq + 1) throw corruptHistory(state.runId, state.seq + 1, event.seq);
  if (!LEGAL_IN[event.type].has(state.phase.status)) {
    throw illegalTransition(event.type, `run ${state.runId}`, state.phase.status);
  }
  const effects: Effect[] = [];
  apply(state, event, effects);
  state.seq = event.seq;
  return effects;
}

type Status = RunPhase['status'];
const phases = (...statuses: readonly Status[]): ReadonlySet<Status> => new Set(statuses);
const EXECUTING = phases('executing');
const UNDER_WAY = phases('executing', 'paused');
const UNTIL_END = phases('executing', 'paused', 'cancelling');
const UNDOING = phases('compensating');
const AT_WORK = phases('executing', 'paused', 'compensating');

/** The run's own state machine: in which phases each event may happen. */
const LEGAL_IN: { readonly [T in RunEventType]: ReadonlySet<Status> } = {
  'run.created': phases(),
  'run.parsed': phases('parsing'),
  'run.validated': phases('validating'),
  'run.started': phases('validating'),
  'run.paused': EXECUTING,
  'run.resumed': phases('paused'),
  'run.cancelRequested': phases('parsing', 'validating', 'executing', 'paused', 'compensating'),
  'run.completed': EXECUTING,
  'run.partial': EXECUTING,
  'run.failed': phases('parsing', 'validating', 'executing', 'compensating'),
  'run.cancelled': phases('cancelling', 'compensating'),
  'run.recovered': phases('parsing', 'validating', 'executing', 'paused', 'cancelling', 'compensating'),
  /** Only `replay` can follow it: it needs the history. */
  'run.rewound': phases(),
  'run.compensating': phases('executing', 'cancelling'),
  'step.queued': EXECUTING,
  'step.assigned': EXECUTING,
  'step.started': EXECUTING,
  'step.succeeded': UNDER_WAY,
  'step.failed': UNDER_WAY,
  'step.skipped': EXECUTING,
  'step.cancelled': UNTIL_END,
  'step.overridden': UNDER_WAY,
  'scope.opened': EXECUTING,
  'step.compensating': UNDOING,
  'step.compensated': UNDOING,
  'step.compensationFailed': UNDOING,
  'step.deadLettered': phases('executing', 'compensating'),
  'decision.requested': AT_WORK,
  'decision.made': AT_WORK,
  'agent.recorded': AT_WORK,
  'proposal.created': AT_WORK,
};

function apply(state: RunState, event: RunEvent, effects: Effect[]): void {
  switch (event.type) {
    case 'run.created':
    case 'run.rewound':
      throw illegalTransition(event.type, `run ${state.runId}`, state.phase.status);
    case 'run.parsed':
    case 'run.validated':
      state.phase = { status: 'validating' };
      return;
    case 'run.started':
      startRun(state, effects);
      return;
    case 'run.paused':
      state.phase = { status: 'paused', by: event.by, reason: event.reason };
      return;
    case 'run.recovered':
      onRecovered(state, event);
      recoverCompensation(state);
      effects.push(...outstanding(state));
      return;
    case 'run.resumed':
      state.phase = { status: 'executing' };
      return;
    case 'run.cancelRequested':
      if (state.phase.status === 'compensating') {
        stopUndoing(state, effects);
        return;
      }
      state.phase = { status: 'cancelling', by: event.by, reason: event.reason, compensate: event.compensate ?? false };
      stopBody(state.root, cancelReason(event), effects);
      if (state.root.open === 0) effects.push({ kind: 'finish' });
      return;
    case 'run.compensating':
      reduceCompensation(state, event, effects);
      return;
    case 'run.completed':
    case 'run.partial':
    case 'run.failed':
    case 'run.cancelled':
      endRun(state, event);
      return;
    default:
      reduceStep(state, event, effects);
  }
}

function startRun(state: RunState, effects: Effect[]): void {
  openRoot(state, effects);
  if (state.root.open === 0) effects.push({ kind: 'finish' });
  state.phase = { status: 'executing' };
}

function endRun(state: RunState, event: RunEventOf<'run.completed' | 'run.partial' | 'run.failed' | 'run.cancelled'>): void {
  if (state.root.open > 0) throw illegalTransition(event.type, `run ${state.runId}`, 'still running steps');
  if (state.phase.status === 'compensating') {
    if (compensationEffect(state).kind !== 'finish') throw illegalTransition(event.type, `run ${state.runId}`, 'still being undone');
    if (event.type !== `run.${state.phase.ends.as}`)
      throw illegalTransition(event.type, `run ${state.runId}`, `${state.phase.ends.as} and undone`);
  }
  const endedAt = event.at;
  switch (event.type) {
    case 'run.completed':
      state.phase = { status: 'completed', output: event.output, endedAt };
      return;
    case 'run.partial':
      state.phase = { status: 'partial', output: event.output, reason: event.reason, endedAt };
      return;
    case 'run.failed':
      state.phase = { status: 'failed', error: event.error, endedAt };
      return;
    case 'run.cancelled':
      state.phase = { status: 'cancelled', reason: event.reason, endedAt };
  }
}

/**
 * Folds a history, rewinds included. The first event is `run.created`, unless `onto` says where to go on from; a rewind to
 * before that throws `engine.corruptHistory`.
 */
export function replay(events: readonly RunEvent[], onto?: RunState): RunState {
  let state = onto;
  const first = (onto?.seq ?? 0) + 1;
  for (const event of effectiveEvents(events, onto?.seq)) {
    if (state !== undefined && event.type === 'run.rewound') {
      applyRewound(state, event, events.slice(event.toSeq - first + 1, event.seq - first));
    } else if (state !== undefined) reduce(state, event);
    else if (event.type === 'run.created') state = createRunState(event);
    else throw corruptHistory(event.runId, 1, event.seq);
  }
  if (state === undefined) throw corruptHistory('', 1, 0);
  return state;
}

export function hasEnded(state: RunState): boolean {
  return isEnded(state.phase);
}

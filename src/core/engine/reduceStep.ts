// The step's part of reduce(): which transition is legal from which state, and what it leads to.

import type { RunEvent, RunEventOf } from '#protocol/runEvents.ts';
import type { Effect } from '#core/engine/effects.ts';
import { corruptHistory, illegalTransition } from '#core/engine/errors.ts';
import type { StepAssignment } from '#core/engine/executor.ts';
import { currentCompensation, failedCompensations, reduceCompensation } from '#core/engine/compensation.ts';
import {
  billStep,
  createBody,
  nextScope,
  openItems,
  openScope,
  settle,
  settleCancelled,
  settleFailed,
  stopBody,
  stopRun,
} from '#core/engine/scopes.ts';
import { stopsRun } from '#core/engine/stop.ts';
import { type RunState, type StepInstance, type StepState, isSettled, stepAt } from '#core/engine/state.ts';

export type StepEvent = Exclude<RunEvent, { readonly type: `run.${string}` }>;

export function reduceStep(state: RunState, event: StepEvent, effects: Effect[]): void {
  switch (event.type) {
    case 'step.queued':
      onQueued(state, event, effects);
      return;
    case 'step.assigned':
      onAssigned(state, event);
      return;
    case 'step.started':
      onStarted(state, event, effects);
      return;
    case 'step.succeeded':
      onSucceeded(state, event, effects);
      return;
    case 'step.failed':
      onFailed(state, event, effects);
      return;
    case 'step.skipped':
      onSkipped(state, event, effects);
      return;
    case 'step.cancelled':
      onCancelled(state, event, effects);
      return;
    case 'step.overridden':
      onOverridden(state, event, effects);
      return;
    case 'scope.opened':
      onScopeOpened(state, event, effects);
      return;
    case 'decision.requested':
      onDecisionRequested(state, event);
      return;
    case 'decision.made':
      onDecisionMade(state, event, effects);
      return;
    case 'step.compensating':
    case 'step.compensated':
    case 'step.compensationFailed':
      reduceCompensation(state, event, effects);
      return;
    case 'step.deadLettered':
      expectFailed(state, event);
      return;
    case 'agent.recorded':
      expectAtWork(state, event);
      return;
    case 'proposal.created':
      expectAtWork(state, event);
      state.proposals += 1;
  }
}

type Placed = { readonly type: RunEvent['type']; readonly path: string };
type In<S extends StepState['status']> = Extract<StepState, { status: S }>;

function illegal(event: Placed, instance: StepInstance, why?: string): Error {
  return illegalTransition(event.type, `step ${instance.path}`, why ?? instance.state.status);
}

function expectRunning(state: RunState, event: Placed): { instance: StepInstance; running: In<'running'> } {
  const instance = stepAt(state, event.path);
  if (instance.state.status !== 'running') throw illegal(event, instance);
  return { instance, running: instance.state };
}

/** An attempt is under way: at the step, or at undoing it. */
function expectAtWork(state: RunState, event: Placed): StepInstance {
  const current = currentCompensation(state);
  if (current?.path === event.path && current.now.status === 'running') return stepAt(state, event.path);
  return expectRunning(state, event).instance;
}

/** It, or undoing it, failed for good. */
function expectFailed(state: RunState, event: Placed): void {
  const instance = stepAt(state, event.path);
  if (instance.state.status === 'failed' || failedCompensations(state).some(({ path }) => path === event.path)) return;
  throw illegal(event, instance);
}

function expectNextVersion(state: RunState, event: Placed & { readonly version: number }): void {
  if (event.version !== state.version + 1) throw corruptHistory(state.runId, state.version + 1, event.version);
}

/** Their work died with the process; decisions they asked for stay open and are found again by title. */
export function onRecovered(state: RunState, event: RunEventOf<'run.recovered'>): void {
  const interrupted = event.interrupted.map((path) => {
    const placed = { type: event.type, path };
    const { instance, running } = expectRunning(state, placed);
    if (running.assignment === null) throw illegal(placed, instance, `a ${instance.step.kind}`);
    return { instance, assigned: { status: 'assigned', assignment: running.assignment, attempt: running.attempt } as const };
  });
  for (const { instance, assigned } of interrupted) {
    instance.state = assigned;
    state.active.delete(instance.path);
  }
}

function onQueued(state: RunState, event: RunEventOf<'step.queued'>, effects: Effect[]): void {
  const instance = stepAt(state, event.path);
  if (instance.state.status !== 'pending') throw illegal(event, instance);
  if (instance.unmet > 0) throw illegal(event, instance, `waiting for ${instance.unmet} steps`);
  instance.state = { status: 'queued' };
  effects.push({ kind: 'dispatch', path: event.path });
}

function onAssigned(state: RunState, event: RunEventOf<'step.assigned'>): void {
  const instance = stepAt(state, event.path);
  if (instance.state.status !== 'queued' || instance.step.kind !== 'task') throw illegal(event, instance);
  instance.state = { status: 'assigned', assignment: { agent: event.agent, reason: event.reason }, attempt: 1 };
}

function onStarted(state: RunState, event: RunEventOf<'step.started'>, effects: Effect[]): void {
  const instance = stepAt(state, event.path);
  const { path, attempt } = event;
  const next = nextAttempt(instance);
  if (next === null) throw illegal(event, instance);
  if (attempt !== next.attempt) throw illegal(event, instance, `due for attempt ${next.attempt}, not ${attempt}`);
  const asks = openDecisions(state, instance);
  instance.state = {
    status: 'running',
    assignment: next.assignment,
    attempt,
    startedAt: next.startedAt ?? event.at,
    attemptAt: event.at,
    asks,
  };
  if (instance.step.kind === 'task') {
    if (asks === 0) state.active.add(path);
    effects.push({ kind: 'execute', path, attempt });
    return;
  }
  effects.push({ kind: 'advance', path });
  const { timeoutMs } = instance.step;
  if (timeoutMs !== null) effects.push({ kind: 'limit', path, at: event.at + timeoutMs, timeoutMs });
}

/** What `step.started` must say from here; null where a start is illegal. */
export function nextAttempt(
  instance: StepInstance,
): { assignment: StepAssignment | null; attempt: number; startedAt: number | null } | null {
  const { state, step } = instance;
  if (state.status === 'queued' && step.kind !== 'task') return { assignment: null, attempt: 1, startedAt: null };
  if (state.status === 'assigned') return { assignment: state.assignment, attempt: state.attempt, startedAt: null };
  if (state.status === 'retrying') return { assignment: state.assignment, attempt: state.attempt + 1, startedAt: state.startedAt };
  return null;
}

function openDecisions(state: RunState, instance: StepInstance): number {
  return instance.decisions.filter((id) => state.decisions.get(id)?.made === null).length;
}

function onSucceeded(state: RunState, event: RunEventOf<'step.succeeded'>, effects: Effect[]): void {
  const { instance, running } = expectRunning(state, event);
  if (event.attempt !== running.attempt) throw illegal(event, instance, `in attempt ${running.attempt}`);
  if (instance.body !== null && instance.body.open > 0) throw illegal(event, instance, 'still running steps');
  expectNextVersion(state, event);
  const { assignment, attempt, startedAt } = running;
  const { output, summary } = event;
  instance.state = { status: 'succeeded', assignment, attempt, startedAt, output, summary, endedAt: event.at };
  state.version = event.version;
  if (instance.step.kind === 'task' && instance.step.compensate !== null) state.undoable.push({ path: event.path, version: event.version });
  billStep(state, instance, event.usage);
  settle(state, instance, output, effects);
}

/** Before its start too: `when`, the routing or a template may already be wrong. */
function onFailed(state: RunState, event: RunEventOf<'step.failed'>, effects: Effect[]): void {
  const instance = stepAt(state, event.path);
  const { state: before } = instance;
  if (isSettled(before) || before.status === 'retrying') throw illegal(event, instance);
  const begun = before.status === 'running' ? before : { assignment: null, attempt: 1, startedAt: event.at };
  if (event.attempt !== begun.attempt) throw illegal(event, instance, `in attempt ${begun.attempt}`);
  const { assignment, attempt, startedAt } = begun;
  const { error, retryAt, version } = event;
  if (retryAt !== null) {
    if (before.status !== 'running' || instance.step.kind !== 'task' || version !== null)
      throw illegal(event, instance, 'not to be retried');
    instance.state = { status: 'retrying', assignment, attempt, startedAt, retryAt, error };
    state.active.delete(event.path);
    billStep(state, instance, event.usage);
    effects.push({ kind: 'retry', path: event.path, at: retryAt });
    return;
  }
  if (version === null) throw illegal(event, instance, 'failed for good without a version');
  expectNextVersion(state, { type: event.type, path: event.path, version });
  instance.state = { status: 'failed', assignment, attempt, startedAt, error, endedAt: event.at };
  state.version = version;
  billStep(state, instance, event.usage);
  settleFailed(state, instance, error, effects);
  if (instance.body !== null) stopBody(instance.body, `step ${instance.path} failed`, effects);
  if (state.stop === null && stopsRun(state, error)) stopRun(state, { path: event.path, error, version }, effects);
}

function onSkipped(state: RunState, event: RunEventOf<'step.skipped'>, effects: Effect[]): void {
  const instance = stepAt(state, event.path);
  if (instance.state.status !== 'pending') throw illegal(event, instance);
  if (instance.unmet > 0) throw illegal(event, instance, `waiting for ${instance.unmet} steps`);
  expectNextVersion(state, event);
  instance.state = { status: 'skipped', reason: event.reason, endedAt: event.at };
  state.version = event.version;
  settle(state, instance, null, effects);
}

function onCancelled(state: RunState, event: RunEventOf<'step.cancelled'>, effects: Effect[]): void {
  const instance = stepAt(state, event.path);
  if (isSettled(instance.state)) throw illegal(event, instance);
  instance.state = { status: 'cancelled', reason: event.reason, endedAt: event.at };
  settleCancelled(state, instance, effects);
}

/** A settled step keeps its place: only its result changes, for those that look at it from now on. */
function onOverridden(state: RunState, event: RunEventOf<'step.overridden'>, effects: Effect[]): void {
  const instance = stepAt(state, event.path);
  const { state: before } = instance;
  if (before.status === 'cancelled') throw illegal(event, instance);
  expectNextVersion(state, event);
  const { output, by, reason } = event;
  instance.state = { status: 'overridden', output, by, reason, endedAt: event.at };
  state.version = event.version;
  if (isSettled(before)) {
    instance.scope.results[instance.step.key] = output;
    const failure = state.failures.findIndex((item) => item.path === event.path);
    if (failure !== -1) state.failures.splice(failure, 1);
    return;
  }
  if (instance.body !== null) stopBody(instance.body, `step ${instance.path} was overridden`, effects);
  settle(state, instance, output, effects);
}

function onScopeOpened(state: RunState, event: RunEventOf<'scope.opened'>, effects: Effect[]): void {
  const { instance } = expectRunning(state, event);
  const { step } = instance;
  if (step.kind === 'task' || step.kind === 'gate') throw illegal(event, instance, `a ${step.kind}`);
  const opened = instance.body?.scopes.length ?? 0;
  const again = step.kind === 'loop' && instance.body?.open === 0;
  if (instance.body !== null && !again) throw illegal(event, instance, 'opened already');
  if (event.iteration !== opened + 1) throw illegal(event, instance, `in pass ${opened}`);
  if ((step.kind === 'map') !== (event.items !== null)) throw illegal(event, instance, `a ${step.kind}`);
  const body = instance.body ?? createBody(instance, event.items);
  if (step.kind === 'map') openItems(state, body, effects);
  else openScope(state, body, nextScope(state, instance, body, event.inputs ?? {}), effects);
  instance.body = body;
  if (body.open === 0) effects.push({ kind: 'advance', path: instance.path });
}

function onDecisionRequested(state: RunState, event: RunEventOf<'decision.requested'>): void {
  const instance = expectAtWork(state, event);
  if (state.decisions.has(event.id)) throw illegal(event, instance, 'asking that already');
  const { id, path, kind, title, detail, options } = event;
  state.decisions.set(id, { id, path, kind, title, detail, options, askedAt: event.at, made: null });
  instance.decisions = [...instance.decisions, id];
  if (instance.state.status === 'running') instance.state = { ...instance.state, asks: instance.state.asks + 1 };
  state.waiting += 1;
  state.active.delete(path);
}

function onDecisionMade(state: RunState, event: RunEventOf<'decision.made'>, effects: Effect[]): void {
  const instance = stepAt(state, event.path);
  const decision = state.decisions.get(event.id);
  if (decision === undefined || decision.path !== event.path) throw illegal(event, instance, 'not asking that');
  if (decision.made !== null) throw illegal(event, instance, 'answered already');
  state.decisions.set(event.id, { ...decision, made: { choice: event.choice, reason: event.reason, by: event.by } });
  state.waiting -= 1;
  if (instance.state.status === 'running') {
    const asks = instance.state.asks - 1;
    instance.state = { ...instance.state, asks };
    if (asks === 0 && instance.step.kind === 'task') state.active.add(event.path);
  }
  if (instance.step.kind === 'task') effects.push({ kind: 'answer', decisionId: event.id });
  else effects.push({ kind: 'advance', path: event.path });
}

// Undoing what a failed or cancelled run completed (a saga): what is undone, in which order, and each transition of it.
// Part of reduce() and of its duties: pure apart from the state it owns.

import { type ErrorView, toErrorView } from '#base/errors.ts';
import type { RunEventOf, RunFact } from '#protocol/runEvents.ts';
import type { TaskStep } from '#core/workflow/definition.ts';
import type { Effect } from '#core/engine/effects.ts';
import { corruptHistory, illegalTransition } from '#core/engine/errors.ts';
import type { StepExecutor } from '#core/engine/executor.ts';
import { billStep, withdrawDecisions } from '#core/engine/scopes.ts';
import { type Compensation, type CompensationState, type RunState, stepAt } from '#core/engine/state.ts';

/** The step that undoes `path`: the same place and agent wishes, with the action of its `compensate`. Throws `step.notFound`. */
export function undoStep(state: RunState, path: string): TaskStep {
  const { step } = stepAt(state, path);
  if (step.kind !== 'task' || step.compensate === null) throw illegalTransition('step.compensating', `step ${path}`, 'not to be undone');
  const { action, with: args } = step.compensate;
  return { ...step, action, with: args, prompt: null, compensate: null };
}

/** Reverse order of completion; null when nothing is to be undone. */
export function compensatingFact(state: RunState): Extract<RunFact, { type: 'run.compensating' }> | null {
  if (state.undoable.length === 0) return null;
  const steps = state.undoable.toReversed().map(({ path }) => ({ path, action: undoStep(state, path).action ?? '' }));
  return { type: 'run.compensating', steps };
}

/** The one that is next or under way; undefined when all have their end. */
export function currentCompensation(state: RunState): Compensation | undefined {
  if (state.phase.status !== 'compensating' || state.mode === 'dry-run') return undefined;
  return state.compensations[state.phase.next];
}

/** What comes next while a run is being undone. */
export function compensationEffect(state: RunState): Effect {
  const current = currentCompensation(state);
  if (current === undefined) return { kind: 'finish' };
  const { path, now } = current;
  return now.status === 'retrying' ? { kind: 'undoAt', path, at: now.retryAt } : { kind: 'undo', path };
}

/** The start of the next attempt; its failure when no agent takes it; null when events since have overtaken it. */
export function undoFact(state: RunState, path: string, executor: Pick<StepExecutor, 'assign'>): RunFact | null {
  const current = currentCompensation(state);
  if (current?.path !== path || (current.now.status !== 'due' && current.now.status !== 'retrying')) return null;
  const attempt = current.now.status === 'due' ? current.now.attempt : current.now.attempt + 1;
  try {
    const { agent } = executor.assign({ step: undoStep(state, path), workflow: state.definition.name });
    return { type: 'step.compensating', path, attempt, agent, action: current.action };
  } catch (thrown) {
    return { type: 'step.compensationFailed', path, attempt, error: toErrorView(thrown), usage: [], durationMs: 0, retryAt: null };
  }
}

type UndoEvent = RunEventOf<'run.compensating' | 'step.compensating' | 'step.compensated' | 'step.compensationFailed'>;

export function reduceCompensation(state: RunState, event: UndoEvent, effects: Effect[]): void {
  if (event.type === 'run.compensating') {
    begin(state, event, effects);
    return;
  }
  const current = currentCompensation(state);
  const { phase } = state;
  if (phase.status !== 'compensating' || current?.path !== event.path) {
    throw illegalTransition(event.type, `step ${event.path}`, 'not the one that is undone now');
  }
  const next = nextState(state, current, event);
  state.compensations[phase.next] = { ...current, now: next };
  if (event.type === 'step.compensating') {
    effects.push({ kind: 'executeUndo', path: event.path, attempt: event.attempt });
    return;
  }
  const instance = stepAt(state, event.path);
  billStep(state, instance, event.usage);
  if (next.status !== 'retrying') {
    state.phase = { ...phase, next: phase.next + 1 };
    withdrawDecisions(state, instance);
    effects.push({ kind: 'release', path: event.path });
  }
  effects.push(compensationEffect(state));
}

function begin(state: RunState, event: RunEventOf<'run.compensating'>, effects: Effect[]): void {
  const { phase, root } = state;
  const cancelled = phase.status === 'cancelling';
  if (root.open > 0 || (!cancelled && root.failedBy === null)) {
    throw illegalTransition(event.type, `run ${state.runId}`, root.open > 0 ? 'still running steps' : 'not failed');
  }
  const undoable = state.undoable.toReversed();
  if (undoable.length !== event.steps.length) throw illegalTransition(event.type, `run ${state.runId}`, 'to be undone otherwise');
  const planned = event.steps.map(({ path, action }, index): Compensation => {
    const done = undoable[index];
    if (done?.path !== path) throw illegalTransition(event.type, `step ${path}`, 'not next to be undone');
    return { path, action, undoes: done.version, now: { status: 'due', attempt: 1 } };
  });
  state.compensations.push(...planned);
  state.phase = { status: 'compensating', next: 0, ends: cancelled ? { as: 'cancelled', reason: phase.reason } : { as: 'failed' } };
  effects.push(compensationEffect(state));
}

/** A person wants no more of it: the work in flight stops, and what is not undone by now stays as it is. */
export function stopUndoing(state: RunState, effects: Effect[]): void {
  const { phase } = state;
  if (phase.status !== 'compensating') return;
  const current = currentCompensation(state);
  if (current !== undefined) {
    withdrawDecisions(state, stepAt(state, current.path));
    effects.push({ kind: 'release', path: current.path });
  }
  state.phase = { ...phase, next: state.compensations.length };
  effects.push(compensationEffect(state));
}

function nextState(state: RunState, current: Compensation, event: Exclude<UndoEvent, { type: 'run.compensating' }>): CompensationState {
  const { path, now } = current;
  const illegal = (why: string): Error => illegalTransition(event.type, `step ${path}`, why);
  const { attempt } = event;
  switch (event.type) {
    case 'step.compensating': {
      const due = now.status === 'due' ? now.attempt : now.status === 'retrying' ? now.attempt + 1 : 0;
      if (attempt !== due) throw illegal(`in attempt ${due} of being undone`);
      return { status: 'running', attempt, startedAt: event.at, agent: event.agent };
    }
    case 'step.compensated':
      if (now.status !== 'running' || now.attempt !== attempt) throw illegal(`${now.status}, as to being undone`);
      if (event.undoes !== current.undoes) throw corruptHistory(state.runId, current.undoes, event.undoes);
      state.undone.set(path, (state.undone.get(path) ?? 0) + 1);
      return { status: 'compensated', summary: event.summary };
    case 'step.compensationFailed':
      if (now.status === 'running' ? now.attempt !== attempt : event.retryAt !== null) throw illegal(`${now.status}, as to being undone`);
      return event.retryAt === null
        ? { status: 'failed', attempt, error: event.error }
        : { status: 'retrying', attempt, retryAt: event.retryAt, error: event.error };
  }
}

/** The process died while a step was being undone: that attempt is made again, under its number. */
export function recoverCompensation(state: RunState): void {
  const { phase } = state;
  const current = currentCompensation(state);
  if (phase.status !== 'compensating' || current?.now.status !== 'running') return;
  state.compensations[phase.next] = { ...current, now: { status: 'due', attempt: current.now.attempt } };
}

/** Those that could not be undone. */
export function failedCompensations(state: RunState): readonly { path: string; attempt: number; error: ErrorView }[] {
  return state.compensations.flatMap(({ path, now }) =>
    now.status === 'failed' ? [{ path, attempt: now.attempt, error: now.error }] : [],
  );
}

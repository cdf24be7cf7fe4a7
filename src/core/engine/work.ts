// The outer effects of one run: attempts in flight, timers, and executors that wait for a decision.

import { abortError } from '#base/abort.ts';
import type { Clock } from '#base/clock.ts';
import type { Disposable } from '#base/disposable.ts';
import type { IdSource } from '#base/ids.ts';
import { toErrorView } from '#base/errors.ts';
import type { RunFact, StepSignal } from '#protocol/runEvents.ts';
import { type Answer, Attempt, type AttemptHost, type AttemptResult, type EffectLedger } from '#core/engine/attempt.ts';
import { currentCompensation } from '#core/engine/compensation.ts';
import type { OuterEffect } from '#core/engine/effects.ts';
import { stepTimedOut } from '#core/engine/errors.ts';
import type { DecisionRequest, StepExecutor } from '#core/engine/executor.ts';
import { failedFact } from '#core/engine/facts.ts';
import { outcomeFact, undoOutcomeFact } from '#core/engine/outcome.ts';
import type { RunState } from '#core/engine/state.ts';
import { idempotencyKeyOf, stepTask, undoKeyOf, undoTask } from '#core/engine/stepTask.ts';

/** Comes in between turns; becomes an event in the next one, or nothing when it no longer matters. */
export type MakeFact = (now: number) => RunFact | null;

export interface WorkHost {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly executor: StepExecutor;
  readonly stepTimeoutMs: number;
  readonly ledger: EffectLedger;
  /** For results nobody waits for. */
  post(make: MakeFact): void;
  /** Resolves when what it made is durable. */
  submit(make: MakeFact): Promise<void>;
  /** The step may start its next attempt. */
  dispatch(path: string): void;
  /** Undoing the step may be tried again. */
  undo(path: string): void;
  signalled(signal: StepSignal): void;
}

export class Work implements AttemptHost {
  readonly clock: Clock;
  readonly executor: StepExecutor;
  readonly ledger: EffectLedger;
  readonly #state: RunState;
  readonly #host: WorkHost;
  readonly #attempts = new Map<string, Attempt>();
  readonly #timers = new Map<string, Disposable>();
  readonly #answers = new Map<string, (answer: Answer) => void>();

  constructor(state: RunState, host: WorkHost) {
    this.#state = state;
    this.#host = host;
    this.clock = host.clock;
    this.executor = host.executor;
    this.ledger = host.ledger;
  }

  /** The events that led to the effect are durable. Effects that later events of the same batch overtook do nothing. */
  perform(effect: OuterEffect): void {
    switch (effect.kind) {
      case 'execute':
        this.#execute(effect.path, effect.attempt);
        return;
      case 'executeUndo':
        this.#executeUndo(effect.path, effect.attempt);
        return;
      case 'undoAt':
        this.#setTimer(effect.path, effect.at, () => this.#host.undo(effect.path));
        return;
      case 'retry':
        this.#setTimer(effect.path, effect.at, () => this.#host.dispatch(effect.path));
        return;
      case 'limit':
        this.#setTimer(effect.path, effect.at, () => this.#limitReached(effect.path, effect.timeoutMs));
        return;
      case 'release':
        this.#release(effect.path);
        return;
      case 'answer':
        this.#deliver(effect.decisionId);
    }
  }

  stopAll(): void {
    for (const timer of this.#timers.values()) timer.dispose();
    this.#timers.clear();
    const attempts = Array.from(this.#attempts.values());
    this.#attempts.clear();
    for (const attempt of attempts) attempt.stop();
    this.#answers.clear();
  }

  ended(attempt: Attempt, result: AttemptResult): void {
    if (this.#attempts.get(attempt.path) !== attempt) return;
    this.#attempts.delete(attempt.path);
    this.#host.post((now) => {
      const ports = { now, random: () => this.#host.ids.random() };
      const makeFact = this.#state.phase.status === 'compensating' ? undoOutcomeFact : outcomeFact;
      return makeFact(this.#state, attempt, result, ports);
    });
  }

  signalled(signal: StepSignal): void {
    this.#host.signalled(signal);
  }

  async record(attempt: Attempt, fact: RunFact): Promise<void> {
    await this.#host.submit(() => {
      if (!this.#isCurrent(attempt)) throw abortError();
      return fact;
    });
  }

  /** After a restart the same question finds its old answer, or goes on waiting under its old id. */
  async ask(attempt: Attempt, request: DecisionRequest, seen: Set<string>, answered: (answer: Answer) => void): Promise<void> {
    let made: Answer | null = null;
    await this.#host.submit(() => {
      if (!this.#isCurrent(attempt)) throw abortError();
      const known = this.#knownDecision(attempt.path, request, seen);
      const id = known?.id ?? this.#host.ids.next('dec');
      seen.add(id);
      made = known?.made ? answerOf(known.made) : null;
      if (made === null) this.#answers.set(id, answered);
      if (known !== undefined) return null;
      const { kind, title, detail } = request;
      return { type: 'decision.requested', id, path: attempt.path, kind, title, detail, options: [...request.options] };
    });
    if (made !== null) answered(made);
  }

  #knownDecision(path: string, request: DecisionRequest, seen: ReadonlySet<string>) {
    for (const id of this.#state.steps.get(path)?.decisions ?? []) {
      const decision = this.#state.decisions.get(id);
      if (decision === undefined || seen.has(id)) continue;
      if (decision.kind === request.kind && decision.title === request.title) return decision;
    }
    return undefined;
  }

  #isCurrent(attempt: Attempt): boolean {
    if (this.#attempts.get(attempt.path) !== attempt) return false;
    const current = currentCompensation(this.#state);
    const running = current?.path === attempt.path ? current.now : this.#state.steps.get(attempt.path)?.state;
    return running?.status === 'running' && running.attempt === attempt.number;
  }

  #execute(path: string, number: number): void {
    const instance = this.#state.steps.get(path);
    const running = instance?.state;
    if (instance === undefined || running?.status !== 'running' || running.attempt !== number || running.assignment === null) return;
    const timeoutMs = instance.step.timeoutMs ?? this.#host.stepTimeoutMs;
    const attempt = new Attempt(this, { path, number, timeoutMs, idempotencyKey: idempotencyKeyOf(this.#state, path) });
    this.#attempts.set(path, attempt);
    void attempt.run(() => stepTask(this.#state, instance, number), running.assignment);
  }

  #executeUndo(path: string, number: number): void {
    const instance = this.#state.steps.get(path);
    const current = currentCompensation(this.#state);
    if (instance === undefined || current?.path !== path || current.now.status !== 'running' || current.now.attempt !== number) return;
    const timeoutMs = instance.step.timeoutMs ?? this.#host.stepTimeoutMs;
    const attempt = new Attempt(this, { path, number, timeoutMs, idempotencyKey: undoKeyOf(this.#state, path) });
    this.#attempts.set(path, attempt);
    void attempt.run(() => undoTask(this.#state, instance, number), { agent: current.now.agent, reason: 'to undo it' });
  }

  #limitReached(path: string, timeoutMs: number): void {
    this.#host.post((now) => {
      const instance = this.#state.steps.get(path);
      if (instance?.state.status !== 'running') return null;
      const error = toErrorView(stepTimedOut(path, timeoutMs));
      return failedFact(this.#state, instance, { error, durationMs: Math.max(0, now - instance.state.attemptAt) });
    });
  }

  #setTimer(path: string, at: number, run: () => void): void {
    const undoing = currentCompensation(this.#state);
    const open = undoing?.path === path ? undoing.now.status : this.#state.steps.get(path)?.state.status;
    if (open !== 'retrying' && open !== 'running') return;
    this.#timers.get(path)?.dispose();
    const due = (): void => {
      this.#timers.delete(path);
      run();
    };
    this.#timers.set(path, this.clock.setTimer(due, Math.max(0, at - this.clock.now())));
  }

  #release(path: string): void {
    this.#timers.get(path)?.dispose();
    this.#timers.delete(path);
    const attempt = this.#attempts.get(path);
    this.#attempts.delete(path);
    attempt?.stop();
    for (const id of this.#state.steps.get(path)?.decisions ?? []) this.#answers.delete(id);
  }

  #deliver(decisionId: string): void {
    const made = this.#state.decisions.get(decisionId)?.made;
    const answered = this.#answers.get(decisionId);
    this.#answers.delete(decisionId);
    if (made && answered) answered(answerOf(made));
  }
}

function answerOf({ choice, reason }: Answer): Answer {
  return { choice, reason };
}

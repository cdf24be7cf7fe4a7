// A run that is being worked on. It goes in turns: take what came in, turn it into events through reduce(), commit them
// in one batch, and only then publish them and do what they ask for. Nothing is known or started that is not durable.

import { hasCode } from '#base/errors.ts';
import type { Clock } from '#base/clock.ts';
import type { IdSource } from '#base/ids.ts';
import type { RunEvent, RunFact, StepSignal } from '#protocol/runEvents.ts';
import type { Log } from '#core/ports.ts';
import type { RunsRepository } from '#core/store/store.ts';
import { Agenda } from '#core/engine/agenda.ts';
import type { Command } from '#core/engine/commands.ts';
import { dutyFacts } from '#core/engine/duties.ts';
import type { InnerEffect, OuterEffect } from '#core/engine/effects.ts';
import { engineStopped, runFinished } from '#core/engine/errors.ts';
import type { StepExecutor } from '#core/engine/executor.ts';
import { Fifo } from '#base/fifo.ts';
import { hasEnded, reduce } from '#core/engine/reduce.ts';
import type { DrivenRun, RunDriver } from '#core/engine/runDriver.ts';
import { SnapshotSchedule, encodeSnapshot } from '#core/engine/snapshot.ts';
import type { RunState } from '#core/engine/state.ts';
import { summaryOf } from '#core/engine/view.ts';
import { type MakeFact, Work } from '#core/engine/work.ts';

export interface LiveRunOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Log;
  readonly runs: RunsRepository;
  readonly executor: StepExecutor;
  /** Tasks of one run that work at the same time, unless its definition says otherwise. */
  readonly maxParallelSteps: number;
  /** Limit of one attempt where the step has none. */
  readonly stepTimeoutMs: number;
  readonly snapshotEveryEvents: number;
  /** Records what it is told but starts nothing: for a command to a run that nobody works on. */
  readonly held: boolean;
  /** Who says when it takes its turns and when work begins. Default: both at once. A held run has none. */
  readonly driver?: (run: DrivenRun) => RunDriver;
  /** In order, each durable. Must not throw. */
  onEvent(event: RunEvent): void;
  onSignal(runId: string, signal: StepSignal): void;
  /** The run ended, or the store refused a batch: nothing will come from it any more. */
  onClosed(): void;
}

interface Input {
  readonly make: MakeFact;
  readonly resolve: (() => void) | null;
  readonly reject: ((error: unknown) => void) | null;
}

export class LiveRun implements DrivenRun {
  readonly #state: RunState;
  readonly #options: LiveRunOptions;
  readonly #agenda: Agenda;
  readonly #work: Work;
  readonly #driver: RunDriver | null;
  readonly #snapshots: SnapshotSchedule;
  readonly #inbox = new Fifo<Input>();
  #readers: ((failure: unknown) => void)[] = [];
  #turns: Promise<void> | null = null;
  /** Set once nothing more may happen: what later callers are told. */
  #closedWith: unknown = null;
  #now = 0;
  #events: RunEvent[];
  #outer: OuterEffect[] = [];
  #accepted: Input[] = [];

  /** Owns `state` from now on. `unstored`: events that are in it already and go into the first batch. */
  constructor(state: RunState, options: LiveRunOptions, unstored: readonly RunEvent[] = []) {
    this.#state = state;
    this.#options = options;
    this.#events = [...unstored];
    const maxParallelSteps = state.definition.limits.maxParallelSteps ?? options.maxParallelSteps;
    this.#agenda = new Agenda(state, { held: options.held, maxParallelSteps });
    this.#snapshots = new SnapshotSchedule(options.snapshotEveryEvents, state.seq);
    const { clock, ids, executor, stepTimeoutMs } = options;
    this.#work = new Work(state, {
      clock,
      ids,
      executor,
      stepTimeoutMs,
      post: (make) => this.#take({ make, resolve: null, reject: null }),
      submit: (make) => this.submit(make),
      dispatch: (path) => {
        this.#agenda.add({ kind: 'dispatch', path });
        this.#wake();
      },
      undo: (path) => {
        this.#agenda.add({ kind: 'undo', path });
        this.#wake();
      },
      ledger: {
        get: (key) => options.runs.effect(key),
        put: (key, result) => options.runs.recordEffect({ key, runId: state.runId, at: clock.now(), result }),
      },
      signalled: (signal) => options.onSignal(state.runId, signal),
    });
    this.#driver = options.held || options.driver === undefined ? null : options.driver(this);
  }

  get state(): RunState {
    return this.#state;
  }

  get runId(): string {
    return this.#state.runId;
  }

  /**
   * Resolves when the fact that `make` gives is durable, at once after the turn when it gives null. Rejects with what
   * `make` throws, with `engine.illegalTransition`, with the store's error, or with `engine.stopped`.
   */
  submit(make: MakeFact): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closedWith === null) this.#take({ make, resolve, reject });
      else reject(this.#closedWith);
    });
  }

  command(command: Command): Promise<void> {
    return this.submit(() => command(this.#state));
  }

  /** Submits facts in order, in one turn; resolves when the last is durable. */
  async submitAll(facts: readonly RunFact[]): Promise<void> {
    await Promise.all(facts.map((fact) => this.submit(() => fact)));
  }

  /** Reads the state at a moment when all of it is durable. */
  read<T>(look: (state: RunState) => T): Promise<T> {
    if (this.#turns === null) return Promise.resolve(look(this.#state));
    return new Promise((resolve, reject) => {
      this.#readers.push((failure) => {
        if (failure === null) resolve(look(this.#state));
        else reject(failure);
      });
    });
  }

  /** Aborts the work in flight without recording anything about it; resolves when the store has answered. */
  async stop(): Promise<void> {
    this.#close(engineStopped());
    await this.#turns;
    await this.#driver?.close();
  }

  async takeTurns(): Promise<boolean> {
    this.#turns ??= Promise.resolve().then(() => this.#runTurns());
    await this.#turns;
    return this.#closedWith === null;
  }

  giveUp(error: unknown): void {
    if (this.#closedWith !== null) return;
    this.#fail(error);
    this.#reportClosed();
  }

  #take(input: Input): void {
    if (this.#closedWith !== null) return;
    this.#inbox.add(input);
    this.#wake();
  }

  /** A turn starts after the current microtasks, so that steps that end together share a commit. */
  #wake(): void {
    if (this.#driver === null) this.#turns ??= Promise.resolve().then(() => this.#runTurns());
    else this.#driver.wake();
  }

  async #runTurns(): Promise<void> {
    try {
      while (this.#closedWith === null && (this.#inbox.size > 0 || this.#agenda.hasNext)) {
        this.#gather();
        if (this.#events.length > 0) await this.#commit();
        this.#publish();
      }
      this.#answerReaders(null);
      if (hasEnded(this.#state)) this.#close(runFinished(this.runId, this.#state.phase.status));
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#turns = null;
    }
    if (this.#closedWith !== null) this.#reportClosed();
  }

  /** With a driver it is closed once that has come to rest. */
  #reportClosed(): void {
    if (this.#driver === null) this.#options.onClosed();
    else void this.#driver.close().then(() => this.#options.onClosed());
  }

  /** Everything that follows from what came in, until nothing is left that can be done now. */
  #gather(): void {
    this.#now = this.#options.clock.now();
    for (let input = this.#inbox.take(); input !== undefined; input = this.#inbox.take()) {
      this.#accept(input);
      for (let cancel = this.#agenda.nextCancel(); cancel !== undefined; cancel = this.#agenda.nextCancel()) this.#do(cancel);
    }
    for (let duty = this.#agenda.next(); duty !== undefined; duty = this.#agenda.next()) this.#do(duty);
  }

  #accept(input: Input): void {
    try {
      const fact = input.make(this.#now);
      if (fact !== null) this.#record(fact);
      this.#accepted.push(input);
    } catch (error) {
      if (input.reject === null) throw error;
      input.reject(error);
    }
  }

  #record(fact: RunFact): void {
    const event = { ...fact, runId: this.runId, seq: this.#state.seq + 1, at: this.#now } as RunEvent;
    const effects = reduce(this.#state, event);
    this.#events.push(event);
    for (const effect of effects) {
      switch (effect.kind) {
        case 'enter':
        case 'dispatch':
        case 'advance':
        case 'finish':
        case 'cancel':
        case 'undo':
          this.#agenda.add(effect);
          break;
        case 'execute':
        case 'executeUndo':
        case 'undoAt':
        case 'retry':
        case 'release':
        case 'limit':
        case 'answer':
          this.#outer.push(effect);
      }
    }
  }

  #do(duty: InnerEffect): void {
    const { ids, executor } = this.#options;
    const ports = { executor, now: this.#now, nextId: (prefix: string) => ids.next(prefix) };
    for (const fact of dutyFacts(this.#state, duty, ports)) this.#record(fact);
  }

  async #commit(): Promise<void> {
    const { runs } = this.#options;
    const stored = runs.append({ runId: this.runId, events: this.#events, summary: summaryOf(this.#state) });
    const begins = this.#outer.filter(isBeginning);
    if (begins.length > 0) this.#driver?.foresee(begins.map(({ path }) => path));
    await stored;
    if (!this.#snapshots.take(this.#state.seq) || hasEnded(this.#state)) return;
    runs.saveSnapshot(this.runId, encodeSnapshot(this.#state)).catch((error: unknown) => {
      this.#options.log.warn('A snapshot could not be saved; the run resumes from its events.', {
        runId: this.runId,
        reason: String(error),
      });
    });
  }

  #publish(): void {
    const [events, outer, accepted] = [this.#events, this.#outer, this.#accepted];
    this.#events = [];
    this.#outer = [];
    this.#accepted = [];
    for (const event of events) this.#options.onEvent(event);
    this.#answerReaders(null);
    if (this.#closedWith === null) for (const effect of outer) this.#perform(effect);
    for (const input of accepted) input.resolve?.();
  }

  #perform(effect: OuterEffect): void {
    if (this.#driver === null || !isBeginning(effect)) this.#work.perform(effect);
    else this.#driver.ready(effect.path, () => this.#closedWith === null && this.#work.perform(effect));
  }

  #answerReaders(failure: unknown): void {
    const readers = this.#readers;
    this.#readers = [];
    for (const answer of readers) answer(failure);
  }

  /** The store did not take the batch (or the engine broke a promise): the state here is ahead of the truth and is given up. */
  #fail(error: unknown): void {
    // Lost a race between two starts with one idempotency key: the caller gets the other run.
    if (!hasCode(error, 'store.duplicateKey')) {
      this.#options.log.error(
        'A run stopped because a batch of its events was not stored. It can be resumed.',
        { runId: this.runId },
        error,
      );
    }
    const waiting = this.#accepted;
    this.#accepted = [];
    this.#close(error);
    for (const input of waiting) input.reject?.(error);
    this.#answerReaders(error);
  }

  #close(reason: unknown): void {
    if (this.#closedWith !== null) return;
    this.#closedWith = reason;
    this.#work.stopAll();
    for (let input = this.#inbox.take(); input !== undefined; input = this.#inbox.take()) input.reject?.(reason);
  }
}

/** Of work, which a driver may put off. */
function isBeginning(effect: OuterEffect): effect is Extract<OuterEffect, { kind: 'execute' | 'executeUndo' }> {
  return effect.kind === 'execute' || effect.kind === 'executeUndo';
}

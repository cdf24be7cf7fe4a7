// CAS's own runtime: keeps the runs that this process works on, and reaches the others through the store.

import { hasCode } from '#base/errors.ts';
import type { Disposable } from '#base/disposable.ts';
import type { JsonObject } from '#base/json.ts';
import type { RunEvent, RunEventOf } from '#protocol/runEvents.ts';
import type { RunDiff, RunView, VersionView } from '#protocol/runView.ts';
import {
  type Command,
  cancelCommand,
  decideCommand,
  openingFacts,
  overrideCommand,
  pauseCommand,
  recoveryFacts,
  resumeCommand,
} from '#core/engine/commands.ts';
import { type Admission, type RunTicket, atOnce, ticketOf } from '#core/engine/admission.ts';
import { engineStopped, stillRunning } from '#core/engine/errors.ts';
import { LiveRun, type LiveRunOptions } from '#core/engine/liveRun.ts';
import { interruptedSteps } from '#core/engine/outstanding.ts';
import { PastRuns } from '#core/engine/pastRuns.ts';
import { createRunState, hasEnded } from '#core/engine/reduce.ts';
import type {
  CancelOptions,
  ForkRequest,
  HistoryQuery,
  RollbackRequest,
  Runtime,
  RuntimeEvent,
  RuntimeStart,
} from '#core/engine/runtime.ts';
import { type RunState, isEnded } from '#core/engine/state.ts';
import { summaryOf, viewOf } from '#core/engine/view.ts';
import { createdEvent } from '#core/runtimes/custom/createdEvent.ts';
import { Subscribers } from '#core/runtimes/custom/subscribers.ts';

export interface CustomRuntimePorts extends Pick<LiveRunOptions, 'clock' | 'ids' | 'log' | 'runs' | 'executor'> {
  /** Default: every run begins at once. */
  readonly admission?: Admission;
}

export interface CustomRuntimeOptions {
  /** Tasks of one run that work at the same time, unless its definition says otherwise. Default 8. */
  readonly maxParallelSteps?: number;
  /** Limit of one attempt where the step has none. Default 600,000 (10 minutes). */
  readonly stepTimeoutMs?: number;
  /** A snapshot at least this many events after the one before. Default 5,000: replaying so many takes some 15 ms. */
  readonly snapshotEveryEvents?: number;
}

/** Who continues the runs of a process that ended: they take their turn like new ones. */
const ENGINE = 'engine';

/** How another scheduler makes a runtime of its own out of this one: everything but who drives the runs is the same. */
export interface RuntimeVariant {
  readonly id: string;
  readonly driver: NonNullable<LiveRunOptions['driver']>;
  /** A command ended a run that nobody drove: what the driver kept for it can go. */
  forget(runId: string): Promise<void>;
}

export class CustomRuntime implements Runtime {
  readonly id: string;
  readonly #variant: RuntimeVariant | null;
  readonly #ports: CustomRuntimePorts;
  readonly #limits: Pick<LiveRunOptions, 'maxParallelSteps' | 'stepTimeoutMs' | 'snapshotEveryEvents' | 'driver'>;
  readonly #past: PastRuns;
  readonly #live = new Map<string, LiveRun>();
  readonly #admission: Admission;
  /** The places of live runs. */
  readonly #places = new Map<string, Disposable>();
  /** Runs that wait for a place: stored, and nothing of them in memory but this and what is prepared. */
  readonly #queued = new Map<string, Disposable>();
  /** The next of them, read from the store already; null when that failed. */
  readonly #prepared = new Map<string, Promise<RunState | null>>();
  /** The last operation on each run that is not live: they go one after the other. */
  readonly #cold = new Map<string, Promise<unknown>>();
  readonly #subscribers: Subscribers;
  #closed = false;

  constructor(ports: CustomRuntimePorts, options: CustomRuntimeOptions = {}, variant?: RuntimeVariant) {
    const { maxParallelSteps = 8, stepTimeoutMs = 600_000, snapshotEveryEvents = 5_000 } = options;
    this.id = variant?.id ?? 'custom';
    this.#variant = variant ?? null;
    this.#ports = ports;
    this.#admission = ports.admission ?? atOnce;
    this.#past = new PastRuns(ports);
    this.#limits = { maxParallelSteps, stepTimeoutMs, snapshotEveryEvents, ...(variant && { driver: variant.driver }) };
    this.#subscribers = new Subscribers((error) => ports.log.error('A listener of runs failed.', {}, error));
  }

  async start(request: RuntimeStart): Promise<string> {
    this.#refuseClosed();
    const { idempotencyKey } = request;
    const known = idempotencyKey === null ? null : await this.#ports.runs.byIdempotencyKey(idempotencyKey);
    if (known !== null) return known.id;
    this.#refuseClosed();
    const created = createdEvent(request, this.id, this.#ports);
    const state = createRunState(created);
    const place = this.#admission.tryRun(ticketOf(created));
    try {
      if (place === null) await this.#putInLine(state, created);
      else await this.#adopt(state, place, [created]).submitAll(openingFacts(state));
      return created.runId;
    } catch (error) {
      const other = hasCode(error, 'store.duplicateKey') ? (error as { details: JsonObject }).details['runId'] : undefined;
      if (typeof other === 'string') return other;
      throw error;
    }
  }

  async resume(runId: string, by: string): Promise<void> {
    this.#refuseClosed();
    await this.#alone(runId, async () => {
      const live = this.#live.get(runId);
      if (live !== undefined) return live.command(resumeCommand(by));
      const { state, event } = await this.#past.reopen(runId, by);
      if (event !== null) this.#subscribers.publish({ kind: 'run', event });
      return this.#goOn(state, by);
    });
  }

  async pause(runId: string, by: string, reason: string): Promise<void> {
    await this.#tell(runId, pauseCommand(by, reason));
  }

  async cancel(runId: string, by: string, reason: string, options: CancelOptions = {}): Promise<void> {
    if (options.compensate === true) await this.#cancelAndUndo(runId, cancelCommand(by, reason, true));
    else await this.#tell(runId, cancelCommand(by, reason));
  }

  async override(runId: string, request: Parameters<Runtime['override']>[1]): Promise<void> {
    await this.#tell(runId, overrideCommand(request));
  }

  async decide(runId: string, request: Parameters<Runtime['decide']>[1]): Promise<void> {
    await this.#tell(runId, decideCommand(request));
  }

  async view(runId: string): Promise<RunView> {
    const live = this.#live.get(runId);
    return live === undefined ? viewOf(await this.#load(runId)) : live.read(viewOf);
  }

  history(runId: string, query?: HistoryQuery): Promise<readonly VersionView[]> {
    return this.#past.versions(runId, query);
  }

  viewAt(runId: string, version: number): Promise<RunView> {
    return this.#past.viewAt(runId, version);
  }

  diff(runId: string, range: { readonly from: number; readonly to: number }): Promise<RunDiff> {
    return this.#past.diff(runId, range);
  }

  async fork(runId: string, request: ForkRequest): Promise<string> {
    this.#refuseClosed();
    const { state, events } = await this.#past.fork(runId, { ...request, runtime: this.id });
    this.#refuseClosed();
    const [created] = events as readonly [RunEventOf<'run.created'>];
    await this.#adopt(state, this.#admission.takeRun(ticketOf(created)), events).submitAll(recoveryFacts(state, request.by));
    return state.runId;
  }

  async rollback(runId: string, request: RollbackRequest): Promise<{ readonly setAside: readonly string[] }> {
    this.#refuseClosed();
    return this.#alone(runId, async () => {
      await this.#retire(runId);
      const { event } = await this.#past.rewind(runId, request);
      this.#subscribers.publish({ kind: 'run', event });
      return { setAside: event.setAside };
    });
  }

  async redrive(runId: string, request: { readonly path: string; readonly by: string; readonly reason: string }): Promise<void> {
    this.#refuseClosed();
    await this.#alone(runId, async () => {
      await this.#retire(runId);
      const { state, event } = await this.#past.redrive(runId, request);
      this.#subscribers.publish({ kind: 'run', event });
      await this.#goOn(state, request.by);
    });
  }

  subscribe(listener: (event: RuntimeEvent) => void): Disposable {
    return this.#subscribers.subscribe(listener);
  }

  live(): readonly string[] {
    return Array.from(this.#live.keys());
  }

  async shutdown(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#queued.values()) waiting.dispose();
    this.#prepared.clear();
    const runs = Array.from(this.#live.values());
    await Promise.all([...runs.map((run) => run.stop()), ...this.#cold.values()]);
    this.#live.clear();
  }

  dispose(): void {
    this.#subscribers.clear();
    this.shutdown().catch((error: unknown) => this.#ports.log.error('The runtime did not shut down cleanly.', {}, error));
  }

  /** A run that nobody works on is worked on again: undoing it takes more than a record. */
  async #cancelAndUndo(runId: string, command: Command): Promise<void> {
    this.#refuseClosed();
    await this.#alone(runId, async () => {
      const live = this.#live.get(runId);
      if (live !== undefined) return live.command(command);
      const state = await this.#load(runId);
      const requested = command(state);
      if (requested === null) return;
      const ticket = ticketOf(await this.#past.created(runId));
      this.#refuseClosed();
      const place = this.#admission.takeRun(ticket);
      this.#queued.get(runId)?.dispose();
      this.#queued.delete(runId);
      await this.#adopt(state, place).submitAll([{ type: 'run.recovered', interrupted: interruptedSteps(state) }, requested]);
    });
  }

  /** A run that nobody works on records the command and stays where it is; the next resume goes on from there. */
  async #tell(runId: string, command: Command): Promise<void> {
    this.#refuseClosed();
    const live = this.#live.get(runId);
    if (live !== undefined) return live.command(command);
    return this.#alone(runId, async () => {
      const resumed = this.#live.get(runId);
      if (resumed !== undefined) return resumed.command(command);
      const run = new LiveRun(await this.#load(runId), this.#optionsFor({ held: true, onClosed: () => {} }));
      try {
        await run.command(command);
      } finally {
        await run.stop();
      }
      if (hasEnded(run.state)) await this.#variant?.forget(runId);
    });
  }

  async #goOn(state: RunState, by: string): Promise<void> {
    const facts = recoveryFacts(state, by);
    const ticket = ticketOf(await this.#past.created(state.runId));
    this.#refuseClosed();
    const place = by === ENGINE ? this.#admission.tryRun(ticket) : this.#admission.takeRun(ticket);
    if (place === null) return this.#enqueue(ticket);
    this.#queued.get(state.runId)?.dispose();
    this.#queued.delete(state.runId);
    await this.#adopt(state, place).submitAll(facts);
  }

  async #putInLine(state: RunState, created: RunEventOf<'run.created'>): Promise<void> {
    await this.#ports.runs.append({ runId: state.runId, events: [created], summary: summaryOf(state) });
    this.#subscribers.publish({ kind: 'run', event: created });
    this.#enqueue(ticketOf(created));
  }

  #enqueue(ticket: RunTicket): void {
    const { runId } = ticket;
    if (this.#closed || this.#queued.has(runId)) return;
    const begin = (place: Disposable): void => {
      this.#queued.delete(runId);
      this.#begin(runId, place).catch((error: unknown) => {
        place.dispose();
        if (!this.#closed) this.#ports.log.error('A queued run could not begin. It can be resumed.', { runId }, error);
      });
    };
    this.#queued.set(
      runId,
      this.#admission.queueRun(ticket, begin, (isNear) => this.#prepare(runId, isNear)),
    );
  }

  #prepare(runId: string, isNear: boolean): void {
    if (!isNear) this.#prepared.delete(runId);
    // When it cannot be read, the attempt that counts is made at its turn, and reports why.
    else
      this.#prepared.set(
        runId,
        this.#load(runId).catch(() => null),
      );
  }

  async #preparedOrLoaded(runId: string): Promise<RunState> {
    const prepared = await this.#prepared.get(runId);
    this.#prepared.delete(runId);
    return prepared ?? this.#load(runId);
  }

  /** Its turn has come. It may have been cancelled, paused or resumed by a person in the meantime. */
  async #begin(runId: string, place: Disposable): Promise<void> {
    await this.#inOrder(runId, async () => {
      const state = this.#live.has(runId) ? null : await this.#preparedOrLoaded(runId);
      if (this.#closed || state === null || isEnded(state.phase) || state.phase.status === 'paused') return place.dispose();
      const facts = state.seq === 1 ? openingFacts(state) : recoveryFacts(state, ENGINE);
      await this.#adopt(state, place).submitAll(facts);
    });
  }

  /** Lets go of a live run that is paused or has just ended; what it still does no longer counts. Throws `run.stillRunning` for any other. */
  async #retire(runId: string): Promise<void> {
    const live = this.#live.get(runId);
    if (live === undefined) return;
    const settled = await live.read(({ phase }) => phase.status === 'paused' || isEnded(phase));
    if (!settled) throw stillRunning(runId);
    await live.stop();
    this.#forget(runId);
  }

  #adopt(state: RunState, place: Disposable, unstored: readonly RunEvent[] = []): LiveRun {
    const { runId } = state;
    // A run that was let go of may say so late, when another works on it already.
    const onClosed = (): void => {
      if (this.#live.get(runId) === run) this.#forget(runId);
    };
    const run: LiveRun = new LiveRun(state, this.#optionsFor({ held: false, onClosed }), unstored);
    this.#live.set(runId, run);
    this.#places.set(runId, place);
    return run;
  }

  #forget(runId: string): void {
    this.#live.delete(runId);
    this.#places.get(runId)?.dispose();
    this.#places.delete(runId);
  }

  #optionsFor(own: Pick<LiveRunOptions, 'held' | 'onClosed'>): LiveRunOptions {
    return {
      ...this.#ports,
      ...this.#limits,
      ...own,
      onEvent: (event) => this.#subscribers.publish({ kind: 'run', event }),
      onSignal: (runId, signal) => this.#subscribers.publish({ kind: 'signal', runId, signal }),
    };
  }

  /** Whatever was read of the run before counts no more. */
  #alone<T>(runId: string, operation: () => Promise<T>): Promise<T> {
    return this.#inOrder(runId, async () => {
      this.#prepared.delete(runId);
      try {
        return await operation();
      } finally {
        this.#prepared.delete(runId);
      }
    });
  }

  async #inOrder<T>(runId: string, operation: () => Promise<T>): Promise<T> {
    const before = this.#cold.get(runId) ?? Promise.resolve();
    const mine = before.then(operation);
    // The next in line waits for this one, whatever becomes of it; its outcome is the caller's.
    const settled = mine.catch(() => undefined);
    this.#cold.set(runId, settled);
    try {
      return await mine;
    } finally {
      if (this.#cold.get(runId) === settled) this.#cold.delete(runId);
    }
  }

  #load(runId: string): Promise<RunState> {
    return this.#past.load(runId);
  }

  #refuseClosed(): void {
    if (this.#closed) throw engineStopped();
  }
}

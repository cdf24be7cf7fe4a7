// One attempt of a task step: runs the executor, enforces the time limit, drops what comes after the end.

import { abortError, throwIfAborted } from '#base/abort.ts';
import type { Clock } from '#base/clock.ts';
import type { Disposable } from '#base/disposable.ts';
import type { Json } from '#base/json.ts';
import type { RunFact, StepSignal } from '#protocol/runEvents.ts';
import { assertJson } from '#core/engine/jsonResult.ts';
import { stepTimedOut } from '#core/engine/errors.ts';
import type {
  AgentRecord,
  DecisionRequest,
  StepAssignment,
  StepContext,
  StepExecutor,
  StepOutcome,
  StepTask,
} from '#core/engine/executor.ts';

export type AttemptResult = { readonly ok: true; readonly outcome: StepOutcome } | { readonly ok: false; readonly thrown: unknown };
export type Answer = { readonly choice: string; readonly reason: string };

/** Results of side effects that were done, by key; durable. */
export interface EffectLedger {
  /** Undefined when it was not done yet. */
  get(key: string): Promise<Json | undefined>;
  /** Keeps the first result for a key and resolves with it. */
  put(key: string, result: Json): Promise<Json>;
}

/** What an attempt needs of the run it belongs to. */
export interface AttemptHost {
  readonly clock: Clock;
  readonly executor: StepExecutor;
  readonly ledger: EffectLedger;
  /** Called once at most, and not after `stop()`. */
  ended(attempt: Attempt, result: AttemptResult): void;
  signalled(signal: StepSignal): void;
  /** Resolves when it is durable. */
  record(attempt: Attempt, fact: RunFact): Promise<void>;
  /** The answer of the first decision like this one that is not in `seen`; asks when there is none. `answered` may be called late, never twice. */
  ask(attempt: Attempt, request: DecisionRequest, seen: Set<string>, answered: (answer: Answer) => void): Promise<void>;
}

export class Attempt implements StepContext {
  readonly path: string;
  readonly number: number;
  readonly #host: AttemptHost;
  readonly #timeoutMs: number;
  readonly #controller = new AbortController();
  readonly #idempotencyKey: string;
  readonly #effects = new Map<string, Promise<Json>>();
  readonly #seen = new Set<string>();
  #limit: Disposable | null = null;
  #limitAt = 0;
  #leftMs: number;
  #asking = 0;
  #over = false;

  constructor(
    host: AttemptHost,
    place: { readonly path: string; readonly number: number; readonly timeoutMs: number; readonly idempotencyKey: string },
  ) {
    this.#host = host;
    this.path = place.path;
    this.number = place.number;
    this.#timeoutMs = place.timeoutMs;
    this.#idempotencyKey = place.idempotencyKey;
    this.#leftMs = place.timeoutMs;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Never rejects: whatever is thrown is the attempt's result. */
  async run(makeTask: () => StepTask, assignment: StepAssignment): Promise<void> {
    this.#armLimit();
    try {
      const outcome = await this.#host.executor.execute(makeTask(), assignment, this);
      this.#end({ ok: true, outcome });
    } catch (thrown) {
      this.#end({ ok: false, thrown });
    }
  }

  /** Tells the executor to stop; what it still does or returns no longer counts. */
  stop(): void {
    if (this.#over) return;
    this.#close();
    this.#controller.abort(abortError());
  }

  emit(signal: StepSignal): void {
    if (!this.#over) this.#host.signalled(signal);
  }

  async record(record: AgentRecord): Promise<void> {
    throwIfAborted(this.signal);
    assertJson(this.path, record.data, 'data');
    await this.#host.record(this, { type: 'agent.recorded', path: this.path, ...record });
  }

  async once<T extends Json>(key: string, work: (idempotencyKey: string) => Promise<T>): Promise<T> {
    throwIfAborted(this.signal);
    const whole = `${this.#idempotencyKey}/${key}`;
    let effect = this.#effects.get(whole);
    if (effect === undefined) {
      effect = this.#doOnce(whole, work);
      this.#effects.set(whole, effect);
      // What failed may be tried again within the same attempt; the caller hears of it.
      effect.catch(() => this.#effects.delete(whole));
    }
    return (await effect) as T;
  }

  async #doOnce(key: string, work: (idempotencyKey: string) => Promise<Json>): Promise<Json> {
    const { ledger } = this.#host;
    const known = await ledger.get(key);
    if (known !== undefined) return known;
    throwIfAborted(this.signal);
    const result = await work(key);
    assertJson(this.path, result, key);
    return ledger.put(key, result);
  }

  async proposalCreated(proposal: Parameters<StepContext['proposalCreated']>[0]): Promise<void> {
    throwIfAborted(this.signal);
    await this.#host.record(this, { type: 'proposal.created', path: this.path, ...proposal });
  }

  /** The time a person takes does not count against the step's limit. */
  async decide(request: DecisionRequest): Promise<Answer> {
    throwIfAborted(this.signal);
    this.#asking += 1;
    this.#pauseLimit();
    try {
      return await this.#answer(request);
    } finally {
      this.#asking -= 1;
      if (this.#asking === 0 && !this.#over) this.#armLimit();
    }
  }

  #answer(request: DecisionRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(abortError());
      this.signal.addEventListener('abort', onAbort, { once: true });
      const answered = (answer: Answer): void => {
        this.signal.removeEventListener('abort', onAbort);
        resolve(answer);
      };
      this.#host.ask(this, request, this.#seen, answered).catch(reject);
    });
  }

  #armLimit(): void {
    const { clock } = this.#host;
    this.#limitAt = clock.now() + this.#leftMs;
    this.#limit = clock.setTimer(() => this.#timedOut(), this.#leftMs);
  }

  #pauseLimit(): void {
    if (this.#limit === null) return;
    this.#leftMs = Math.max(0, this.#limitAt - this.#host.clock.now());
    this.#limit.dispose();
    this.#limit = null;
  }

  /** The limit holds even for an executor that ignores its signal. */
  #timedOut(): void {
    const error = stepTimedOut(this.path, this.#timeoutMs);
    this.#end({ ok: false, thrown: error });
    this.#controller.abort(error);
  }

  #end(result: AttemptResult): void {
    if (this.#over) return;
    this.#close();
    this.#host.ended(this, result);
  }

  #close(): void {
    this.#over = true;
    this.#limit?.dispose();
    this.#limit = null;
  }
}

// The queue of a workspace: which runs and tasks go on now and which wait. Places are asked for in one order (workflow, then
// workspace; agent, then provider), so that waiting for two never locks up. What is queued is in the store; this is its order.

import { abortError } from '#base/abort.ts';
import type { Clock } from '#base/clock.ts';
import { type Disposable, toDisposable } from '#base/disposable.ts';
import { Heap } from '#base/heap.ts';
import type { Admission, RunTicket } from '#core/engine/admission.ts';
import { PlaceGate } from '#core/engine/placeGate.ts';

/** At the same time; Infinity (the default of each) for no limit. */
export interface QueueLimits {
  readonly runs?: number;
  readonly runsPerWorkflow?: number;
  readonly tasksPerAgent?: number;
  readonly callsPerProvider?: number;
  /** How many of the runs that wait are prepared ahead. Default 0. */
  readonly prepareAhead?: number;
}

export interface ScopeState {
  /** `runs`, `workflow:code-review`, `agent:qa`, `provider:anthropic`. */
  readonly scope: string;
  readonly limit: number;
  readonly used: number;
  readonly waiting: number;
}

interface Delayed {
  readonly run: RunTicket;
  readonly begin: () => void;
  /** It has begun or left. */
  gone: boolean;
}

export class RunQueue implements Admission, Disposable {
  readonly #clock: Clock;
  readonly #limits: QueueLimits;
  readonly #gates = new Map<string, PlaceGate>();
  readonly #delayed = new Heap<Delayed>((a, b) => (a.run.notBefore ?? 0) < (b.run.notBefore ?? 0));
  /** Of the delayed ones, those that are not gone. */
  #waiting = 0;
  #timer: { readonly at: number; readonly handle: Disposable } | null = null;
  #closed = false;

  constructor(clock: Clock, limits: QueueLimits = {}) {
    this.#clock = clock;
    this.#limits = limits;
  }

  tryRun(run: RunTicket): Disposable | null {
    if (run.notBefore !== null && run.notBefore > this.#clock.now()) return null;
    const gates = this.#gatesOf(run);
    return gates.every((gate) => gate.open) ? both(gates.map((gate) => gate.take())) : null;
  }

  takeRun(run: RunTicket): Disposable {
    return both(this.#gatesOf(run).map((gate) => gate.take()));
  }

  queueRun(run: RunTicket, admitted: (place: Disposable) => void, prepare?: (isNear: boolean) => void): Disposable {
    let leave: Disposable | null = null;
    let left = false;
    const begin = (): void => {
      if (left || this.#closed) return;
      const take = (place: Disposable): void =>
        queueMicrotask(() => {
          if (left || this.#closed) place.dispose();
          else admitted(place);
        });
      leave = this.#waitForRun(run, take, prepare);
    };
    const isDelayed = run.notBefore !== null && run.notBefore > this.#clock.now();
    const delayed: Delayed = { run, begin, gone: !isDelayed };
    if (isDelayed) {
      this.#delayed.add(delayed);
      this.#waiting += 1;
      this.#arm();
    } else begin();
    return toDisposable(() => {
      left = true;
      this.#goes(delayed);
      leave?.dispose();
    });
  }

  /** False when it was gone already. */
  #goes(delayed: Delayed): boolean {
    if (delayed.gone) return false;
    delayed.gone = true;
    this.#waiting -= 1;
    return true;
  }

  enter(kind: 'agent' | 'provider', id: string, { signal }: { readonly signal: AbortSignal }): Promise<Disposable> {
    const limit = kind === 'agent' ? this.#limits.tasksPerAgent : this.#limits.callsPerProvider;
    const gate = this.#gate(`${kind}:${id}`, limit);
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(abortError());
      if (gate.open) return resolve(gate.take());
      const aborted = (): void => {
        waiting.dispose();
        reject(abortError());
      };
      signal.addEventListener('abort', aborted, { once: true });
      const waiting = gate.wait({ priority: 0, since: this.#clock.now() }, (place) => {
        signal.removeEventListener('abort', aborted);
        resolve(place);
      });
    });
  }

  /** Scopes in use or waited for, and how many runs wait for their time. */
  state(): { readonly scopes: readonly ScopeState[]; readonly delayed: number } {
    const busy = Array.from(this.#gates).filter(([, gate]) => gate.used + gate.waiting > 0);
    const scopes = busy.map(([scope, { limit, used, waiting }]) => ({ scope, limit, used, waiting }));
    return { scopes, delayed: this.#waiting };
  }

  dispose(): void {
    this.#closed = true;
    this.#timer?.handle.dispose();
  }

  /** First among those of its workflow, so that a workflow with many runs holds up no other. */
  #waitForRun(run: RunTicket, admitted: (place: Disposable) => void, prepare?: (isNear: boolean) => void): Disposable {
    const [workflow, workspace] = this.#gatesOf(run);
    let inner: Disposable | null = null;
    let held: Disposable | null = null;
    const outer = workflow.wait(run, (own) => {
      held = own;
      const ready = (shared: Disposable): void => {
        held = null;
        admitted(both([own, shared]));
      };
      inner = workspace.wait(run, ready, prepare);
    });
    return toDisposable(() => {
      outer.dispose();
      inner?.dispose();
      held?.dispose();
    });
  }

  #gatesOf(run: RunTicket): readonly [PlaceGate, PlaceGate] {
    const { runs, runsPerWorkflow, prepareAhead } = this.#limits;
    return [this.#gate(`workflow:${run.workflow}`, runsPerWorkflow), this.#gate('runs', runs, prepareAhead)];
  }

  #gate(scope: string, limit = Infinity, ahead = 0): PlaceGate {
    let gate = this.#gates.get(scope);
    if (gate === undefined) this.#gates.set(scope, (gate = new PlaceGate(limit, ahead)));
    return gate;
  }

  /** One timer for all delayed runs. */
  #arm(): void {
    const at = this.#delayed.first?.run.notBefore ?? null;
    if (this.#closed || at === null || (this.#timer !== null && this.#timer.at <= at)) return;
    this.#timer?.handle.dispose();
    const handle = this.#clock.setTimer(() => this.#due(), Math.max(0, at - this.#clock.now()));
    this.#timer = { at, handle };
  }

  #due(): void {
    this.#timer = null;
    const now = this.#clock.now();
    for (let next = this.#delayed.first; next !== undefined && (next.run.notBefore ?? 0) <= now; next = this.#delayed.first) {
      this.#delayed.take();
      if (this.#goes(next)) next.begin();
    }
    this.#arm();
  }
}

function both(places: readonly Disposable[]): Disposable {
  return toDisposable(() => places.forEach((place) => place.dispose()));
}

// A circuit breaker as a union of states, with the clock from outside. What counts as a failure is decided in outcome.ts.

import type { Clock } from '#base/clock.ts';
import type { BreakerStatus } from '#protocol/agent.ts';

export interface BreakerOptions {
  /** Failures in a row, all within the monitoring period, that open it. Default 5. */
  readonly failureThreshold: number;
  /** Probes in a row that must succeed before it closes. Default 2. */
  readonly successThreshold: number;
  /** Ms it stays open before a probe is let through. Default 60,000. */
  readonly timeoutMs: number;
  /** Ms after which a failure no longer counts. Default 120,000. */
  readonly monitoringPeriodMs: number;
}

export const defaultBreakerOptions: BreakerOptions = {
  failureThreshold: 5,
  successThreshold: 2,
  timeoutMs: 60_000,
  monitoringPeriodMs: 120_000,
};

export type BreakerState =
  | { readonly kind: 'closed'; readonly failedAt: readonly number[] }
  | { readonly kind: 'open'; readonly until: number }
  | { readonly kind: 'half-open'; readonly successes: number; readonly probe: symbol | null };

/** `neutral` says nothing about the provider's health: an abort, a bad request, a refusal. */
export type Outcome = 'success' | 'failure' | 'neutral';

/** Leave for one call. Settle it exactly once, whatever happens; later calls of `settle` do nothing. */
export interface Permit {
  settle(outcome: Outcome): void;
}

const CLOSED: BreakerState = { kind: 'closed', failedAt: [] };

export class Breaker {
  readonly #options: BreakerOptions;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #state: BreakerState;

  /** `onChange` runs after each change of status, not for counts. */
  constructor(ports: { options: BreakerOptions; clock: Clock; onChange: () => void; initial?: BreakerState | undefined }) {
    this.#options = ports.options;
    this.#clock = ports.clock;
    this.#onChange = ports.onChange;
    this.#state = ports.initial ?? CLOSED;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** An open breaker whose time is over shows as half-open: the next call is its probe. */
  get status(): BreakerStatus {
    if (this.#state.kind !== 'open') return this.#state.kind;
    return this.#clock.now() >= this.#state.until ? 'half-open' : 'open';
  }

  get openUntil(): number | null {
    return this.#state.kind === 'open' && this.status === 'open' ? this.#state.until : null;
  }

  /** True when a call would be let through now. */
  get ready(): boolean {
    if (this.#state.kind === 'half-open') return this.#state.probe === null;
    return this.status !== 'open';
  }

  /** Null when the call must not be made; nobody is ever queued. */
  acquire(): Permit | null {
    if (!this.ready) return null;
    if (this.#state.kind === 'closed') return this.#permit((outcome) => this.#settleClosed(outcome));
    const probe = Symbol('probe');
    const successes = this.#state.kind === 'half-open' ? this.#state.successes : 0;
    this.#move({ kind: 'half-open', successes, probe });
    return this.#permit((outcome) => this.#settleProbe(probe, outcome));
  }

  reset(): void {
    this.#move(CLOSED);
  }

  #permit(settle: (outcome: Outcome) => void): Permit {
    let settled = false;
    return {
      settle(outcome) {
        if (settled) return;
        settled = true;
        settle(outcome);
      },
    };
  }

  /** A result that arrives after the breaker left the closed state tells nothing new. */
  #settleClosed(outcome: Outcome): void {
    if (this.#state.kind !== 'closed' || outcome === 'neutral') return;
    if (outcome === 'success') {
      this.#move(CLOSED);
      return;
    }
    const now = this.#clock.now();
    const failedAt = [...this.#state.failedAt.filter((at) => now - at < this.#options.monitoringPeriodMs), now];
    if (failedAt.length >= this.#options.failureThreshold) this.#open();
    else this.#move({ kind: 'closed', failedAt });
  }

  #settleProbe(probe: symbol, outcome: Outcome): void {
    if (this.#state.kind !== 'half-open' || this.#state.probe !== probe) return;
    if (outcome === 'failure') {
      this.#open();
      return;
    }
    const successes = this.#state.successes + (outcome === 'success' ? 1 : 0);
    this.#move(successes >= this.#options.successThreshold ? CLOSED : { kind: 'half-open', successes, probe: null });
  }

  #open(): void {
    this.#move({ kind: 'open', until: this.#clock.now() + this.#options.timeoutMs });
  }

  #move(next: BreakerState): void {
    const before = this.#state.kind;
    this.#state = next;
    if (before !== next.kind) this.#onChange();
  }
}

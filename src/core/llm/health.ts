// How providers have been doing lately: moving latency, errors and rate per provider, model and credential. One that fails
// every other call is set aside for a while, then one call tries it again.

import type { Clock } from '#base/clock.ts';
import type { Outcome } from '#core/llm/breaker.ts';
import type { ProviderHealth } from '#protocol/provider.ts';

/** Ms a call counts, and how many count at most. */
const WINDOW_MS = 300_000;
const WINDOW_CALLS = 200;
const RATE_MS = 60_000;
/** Below this many calls nobody is judged. */
const MIN_CALLS = 10;
const MAX_ERROR_SHARE = 0.5;
/** Ms for which figures are given again when no call ended meanwhile: the router asks for all models at each call. */
const FRESH_MS = 1_000;
/** Ms until one call tries again. */
const ASIDE_MS = 30_000;

export interface CallSample {
  readonly at: number;
  /** Null: it failed on the provider's side. */
  readonly durationMs: number | null;
}

/** Without what they are of, and the circuit breaker. */
export type HealthFigures = Omit<ProviderHealth, 'provider' | 'model' | 'credential' | 'breaker'>;

export class HealthWindow {
  readonly #clock: Clock;
  #samples: CallSample[];
  #asideUntil: number | null = null;
  #probing = false;
  #last: { readonly at: number; readonly figures: HealthFigures } | null = null;

  constructor(clock: Clock, samples: readonly CallSample[] = []) {
    this.#clock = clock;
    this.#samples = [...samples];
    if (this.#failsTooOften()) this.#asideUntil = clock.now() + ASIDE_MS;
  }

  get samples(): readonly CallSample[] {
    return this.#samples;
  }

  /** Others go first. False once its time is over and nobody tries it yet: the next call is the probe. */
  get setAside(): boolean {
    return this.#asideUntil !== null && (this.#probing || this.#clock.now() < this.#asideUntil);
  }

  /** Call `begin` before each call and `end` after it. What is neutral (an abort, a bad request) says nothing. */
  begin(): void {
    if (this.#asideUntil !== null && this.#clock.now() >= this.#asideUntil) this.#probing = true;
  }

  end(outcome: Outcome, durationMs: number): void {
    const probed = this.#probing;
    this.#probing = false;
    if (outcome === 'neutral') return;
    const at = this.#clock.now();
    // A probe that succeeds begins a new record: the old failures say nothing about now.
    if (probed && outcome === 'success') {
      this.#samples = [];
      this.#asideUntil = null;
    }
    this.#samples = [...this.#recent(at), { at, durationMs: outcome === 'success' ? durationMs : null }].slice(-WINDOW_CALLS);
    this.#last = null;
    if (this.#asideUntil === null ? this.#failsTooOften() : outcome === 'failure') this.#asideUntil = at + ASIDE_MS;
  }

  /** Up to a second old. */
  figures(): HealthFigures {
    const at = this.#clock.now();
    if (this.#last === null || at - this.#last.at >= FRESH_MS) this.#last = { at, figures: this.#figuresAt(at) };
    return { ...this.#last.figures, setAsideUntil: this.#asideUntil };
  }

  #figuresAt(now: number): HealthFigures {
    const recent = this.#recent(now);
    const times = Float64Array.from(recent.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs]))).sort();
    return {
      calls: recent.length,
      errorRate: recent.length === 0 ? null : 1 - times.length / recent.length,
      callsPerMinute: recent.filter(({ at }) => now - at < RATE_MS).length,
      p50Ms: percentile(times, 0.5),
      p95Ms: percentile(times, 0.95),
      setAsideUntil: this.#asideUntil,
    };
  }

  #recent(now: number): CallSample[] {
    return this.#samples.filter(({ at }) => now - at < WINDOW_MS);
  }

  #failsTooOften(): boolean {
    const { calls, errorRate } = this.figures();
    return calls >= MIN_CALLS && errorRate !== null && errorRate >= MAX_ERROR_SHARE;
  }
}

/** Of sorted values; null of none. */
function percentile(sorted: Float64Array, share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

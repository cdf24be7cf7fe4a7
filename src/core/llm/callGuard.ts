// What stands before one model call: the breaker of its provider and model, and the gate of its credential.

import { sleep } from '#base/abort.ts';
import type { Clock } from '#base/clock.ts';
import { isAppError } from '#base/errors.ts';
import type { Breaker, Permit } from '#core/llm/breaker.ts';
import { authError, circuitOpenError, quotaError } from '#core/llm/errors.ts';
import { disablesCredential, outcomeOf } from '#core/llm/outcome.ts';
import type { RateGate } from '#core/llm/rateGate.ts';

export interface CallKey {
  readonly agent: string;
  readonly provider: string;
  readonly model: string;
  readonly credential: string;
}

export class CallGuard {
  readonly #key: CallKey;
  readonly #breaker: Breaker;
  readonly #gate: RateGate;
  readonly #clock: Clock;

  constructor(key: CallKey, breaker: Breaker, gate: RateGate, clock: Clock) {
    this.#key = key;
    this.#breaker = breaker;
    this.#gate = gate;
    this.#clock = clock;
  }

  /** Why no call can be made now, in words; null when one can, perhaps after `waitMs`. */
  get refusal(): string | null {
    const { disabledBy } = this.#gate.state;
    if (disabledBy !== null) return `its credential is disabled (${disabledBy})`;
    return this.#breaker.ready ? null : `its circuit is ${this.#breaker.status}`;
  }

  /** Ms until the rate limit of this credential is over. */
  get waitMs(): number {
    return this.#gate.waitMs;
  }

  /** Waits out the rate limit, plus up to `jitterMs` so that those who waited do not all call at once. */
  async waitForRate(options: { readonly jitterMs: number; readonly signal: AbortSignal }): Promise<void> {
    while (this.#gate.waitMs > 0) await sleep(this.#gate.waitMs + options.jitterMs, { clock: this.#clock, signal: options.signal });
  }

  /** Makes the call. Throws `llm.circuitOpen`, `llm.auth` or `llm.quota` without making it; rethrows what it throws. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    const permit = this.#enter();
    try {
      const result = await call();
      permit.settle('success');
      return result;
    } catch (thrown) {
      this.#learn(thrown);
      permit.settle(outcomeOf(thrown));
      throw thrown;
    } finally {
      permit.settle('neutral');
    }
  }

  #enter(): Permit {
    const { provider, model } = this.#key;
    const { disabledBy } = this.#gate.state;
    if (disabledBy === 'llm.quota') throw quotaError({ provider });
    if (disabledBy !== null) throw authError({ provider });
    const permit = this.#breaker.acquire();
    if (permit === null) throw circuitOpenError(provider, model, this.#breaker.openUntil);
    return permit;
  }

  #learn(thrown: unknown): void {
    if (!isAppError(thrown)) return;
    if (disablesCredential(thrown)) this.#gate.disable(thrown.code);
    if (thrown.code !== 'llm.rateLimited') return;
    const asked = thrown.details['retryAfterMs'];
    this.#gate.closeFor(typeof asked === 'number' ? asked : null);
  }
}

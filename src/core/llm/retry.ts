// The one retry loop. The SDKs retry nothing, the breaker is inside each attempt, and a failed stream starts from nothing.

import { sleep, throwIfAborted } from '#base/abort.ts';
import type { Clock } from '#base/clock.ts';
import { hasCode, isAppError } from '#base/errors.ts';

export interface RetryOptions {
  /** Attempts in all, the first included. Default 3. */
  readonly maxAttempts: number;
  /** The first wait is up to this many ms, doubled each time. Default 500. */
  readonly initialDelayMs: number;
  /** Default 8,000. */
  readonly maxDelayMs: number;
  /** A vendor that asks for a longer wait than this (ms) is not waited for. Default 60,000. */
  readonly maxRetryAfterMs: number;
}

export const defaultRetryOptions: RetryOptions = { maxAttempts: 3, initialDelayMs: 500, maxDelayMs: 8000, maxRetryAfterMs: 60_000 };

/** Keeps retries to a tenth of the calls in the long run, so that retries never double the load of an outage. */
export class RetryBudget {
  static readonly #PER_CALL = 0.1;
  readonly #capacity: number;
  #tokens: number;

  /** `capacity`: retries that may be made in a burst. Default 20. */
  constructor(capacity = 20) {
    this.#capacity = capacity;
    this.#tokens = capacity;
  }

  called(): void {
    this.#tokens = Math.min(this.#capacity, this.#tokens + RetryBudget.#PER_CALL);
  }

  /** False when the budget is spent: then nothing is retried. */
  take(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

export interface RetryPorts {
  readonly options: RetryOptions;
  readonly budget: RetryBudget;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Before each wait. */
  readonly onRetry: (error: unknown, waitMs: number) => void;
}

/**
 * Runs `attempt` until it succeeds or its error is not worth another try; rejects with the last error that says why.
 * An abort ends it at once, during a wait too.
 */
export async function withRetry<T>(attempt: (number: number) => Promise<T>, ports: RetryPorts): Promise<T> {
  ports.budget.called();
  let last: unknown;
  for (let number = 1; ; number += 1) {
    throwIfAborted(ports.signal);
    try {
      return await attempt(number);
    } catch (thrown) {
      // Our own failures opened the circuit meanwhile: what they were says more than "the circuit is open".
      if (last !== undefined && hasCode(thrown, 'llm.circuitOpen')) throw last;
      last = thrown;
    }
    const waitMs = waitBefore(number, last, ports);
    if (waitMs === null || !ports.budget.take()) throw last;
    ports.onRetry(last, waitMs);
    await sleep(waitMs, { clock: ports.clock, signal: ports.signal });
  }
}

/** Full jitter (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/); null: no further attempt. */
function waitBefore(number: number, thrown: unknown, ports: RetryPorts): number | null {
  const { maxAttempts, initialDelayMs, maxDelayMs, maxRetryAfterMs } = ports.options;
  if (number >= maxAttempts || !isAppError(thrown) || !thrown.retryable || thrown.code === 'llm.circuitOpen') return null;
  const jitter = ports.random() * Math.min(maxDelayMs, initialDelayMs * 2 ** (number - 1));
  const asked = thrown.details['retryAfterMs'];
  if (typeof asked !== 'number') return jitter;
  return asked > maxRetryAfterMs ? null : asked + jitter;
}

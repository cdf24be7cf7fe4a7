// Asking a second model when the first is silent for too long: whoever says something first goes on, the other is stopped.

import { abortError } from '#base/abort.ts';
import type { Clock } from '#base/clock.ts';
import type { ModelHooks } from '#core/llm/modelCall.ts';

/** What one of the two works with: hooks that are heard while it may still win, a signal that fires when it has lost. */
export interface Runner {
  readonly hooks: ModelHooks;
  readonly signal: AbortSignal;
}

export interface HedgePorts {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly hooks: ModelHooks;
  /** Ms without an event after which the second is asked too. */
  readonly afterMs: number;
}

/**
 * Resolves with what the winner resolves with. Rejects with the winner's failure, or, when both fail without a word, with that of
 * the first. `second` is never called when the first says something, succeeds or fails in time.
 */
export async function hedged<T>(
  first: (runner: Runner) => Promise<T>,
  second: (runner: Runner) => Promise<T>,
  ports: HedgePorts,
): Promise<T> {
  const race = new Race<T>(ports);
  const leading = race.start(first);
  let following: Promise<void> | undefined;
  const timer = ports.clock.setTimer(() => {
    following = race.start(second);
  }, ports.afterMs);
  try {
    return await race.result;
  } finally {
    timer.dispose();
    // The one that was stopped has its bill to settle.
    await Promise.all([leading, following]);
  }
}

class Race<T> {
  readonly #ports: HedgePorts;
  readonly #runners: AbortController[] = [];
  readonly #settled = Promise.withResolvers<T>();
  #winner: AbortController | null = null;
  #running = 0;
  #failure: { readonly thrown: unknown } | undefined;

  constructor(ports: HedgePorts) {
    this.#ports = ports;
  }

  get result(): Promise<T> {
    return this.#settled.promise;
  }

  /** Settles when this one has ended; never rejects. */
  async start(run: (runner: Runner) => Promise<T>): Promise<void> {
    if (this.#winner !== null) return;
    const own = new AbortController();
    this.#runners.push(own);
    this.#running += 1;
    try {
      const result = await run({ hooks: this.#hooksOf(own), signal: AbortSignal.any([this.#ports.signal, own.signal]) });
      this.#claim(own);
      if (this.#winner === own) this.#settled.resolve(result);
    } catch (thrown) {
      this.#running -= 1;
      if (this.#winner !== null && this.#winner !== own) return; // It was stopped because it lost.
      this.#failure ??= { thrown };
      if (this.#winner === own || this.#running === 0) this.#settled.reject(this.#winner === own ? thrown : this.#failure.thrown);
    }
  }

  #hooksOf(own: AbortController): ModelHooks {
    const { hooks } = this.#ports;
    return {
      onEvent: (event) => {
        this.#claim(own);
        if (this.#winner === own) hooks.onEvent?.(event);
      },
      onRestart: (failed) => {
        if (this.#winner === own || this.#runners.length === 1) hooks.onRestart?.(failed);
      },
    };
  }

  #claim(own: AbortController): void {
    if (this.#winner !== null) return;
    this.#winner = own;
    for (const other of this.#runners) if (other !== own) other.abort(abortError());
  }
}

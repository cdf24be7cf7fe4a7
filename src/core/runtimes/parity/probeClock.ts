// The host's clock, which a probe may set forward: timers stay those of the host.

import type { Clock } from '#base/clock.ts';
import type { Disposable } from '#base/disposable.ts';

export class ProbeClock implements Clock {
  readonly #clock: Clock;
  #aheadMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now() + this.#aheadMs;
  }

  setTimer(run: () => void, delayMs: number): Disposable {
    return this.#clock.setTimer(run, delayMs);
  }

  setForward(ms: number): void {
    this.#aheadMs += ms;
  }
}

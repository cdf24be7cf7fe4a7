// A clock that moves only when told to.

import type { Clock } from '#base/clock.ts';
import { toDisposable } from '#base/disposable.ts';

export class FakeClock implements Clock {
  #now: number;
  #timers: { at: number; run: () => void }[] = [];

  constructor(startAt = 1_790_000_000_000) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  setTimer(run: () => void, delayMs: number): { dispose(): void } {
    const timer = { at: this.#now + delayMs, run };
    this.#timers.push(timer);
    return toDisposable(() => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    });
  }

  /** Timers that are due run in order of their time; each sees `now()` as its own time. */
  advance(ms: number): void {
    const endAt = this.#now + ms;
    for (;;) {
      const [next] = this.#timers.filter((timer) => timer.at <= endAt).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = next.at;
      next.run();
    }
    this.#now = endAt;
  }

  get pending(): number {
    return this.#timers.length;
  }
}

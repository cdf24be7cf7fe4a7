// How long something has been waited for: of waits that overlap, each moment counts once.

import type { Clock } from '#base/clock.ts';

export class WaitTimer {
  readonly #clock: Pick<Clock, 'now'>;
  #open = 0;
  #since = 0;
  #doneMs = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Ms so far, those of waits that go on included. */
  get waitedMs(): number {
    return this.#doneMs + (this.#open > 0 ? this.#clock.now() - this.#since : 0);
  }

  /** Counts until `wait` has settled, and settles as it does. */
  async during<T>(wait: () => Promise<T>): Promise<T> {
    if (this.#open === 0) this.#since = this.#clock.now();
    this.#open += 1;
    try {
      return await wait();
    } finally {
      this.#open -= 1;
      if (this.#open === 0) this.#doneMs += this.#clock.now() - this.#since;
    }
  }
}

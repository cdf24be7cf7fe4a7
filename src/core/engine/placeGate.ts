// Places of one scope (a workflow, an agent, a provider, the workspace): so many at a time, the others wait in order.

import { type Disposable, toDisposable } from '#base/disposable.ts';
import { Heap } from '#base/heap.ts';

/** How long a waiter of priority n outwaits one of priority n + 1: the order never changes while they wait, and nobody starves. */
export const PRIORITY_POINT_MS = 60_000;

interface Waiter {
  readonly rank: number;
  readonly order: number;
  readonly admitted: (place: Disposable) => void;
  gone: boolean;
}

export class PlaceGate {
  readonly limit: number;
  #used = 0;
  #waiting = 0;
  #order = 0;
  readonly #queue = new Heap<Waiter>((a, b) => a.rank < b.rank || (a.rank === b.rank && a.order < b.order));

  /** At least 1; Infinity: no limit. */
  constructor(limit: number) {
    this.limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** There is a place, and nobody waits for it. */
  get open(): boolean {
    return this.#used < this.limit && this.#waiting === 0;
  }

  /** Takes a place, above the limit if need be. */
  take(): Disposable {
    this.#used += 1;
    return toDisposable(() => {
      this.#used -= 1;
      this.#admit();
    });
  }

  /** `admitted` is called at once when there is a place. Disposal leaves the queue. */
  wait(place: { readonly priority: number; readonly since: number }, admitted: (place: Disposable) => void): Disposable {
    const waiter: Waiter = { rank: place.since - place.priority * PRIORITY_POINT_MS, order: (this.#order += 1), admitted, gone: false };
    this.#queue.add(waiter);
    this.#waiting += 1;
    this.#admit();
    return toDisposable(() => {
      if (waiter.gone) return;
      waiter.gone = true;
      this.#waiting -= 1;
    });
  }

  #admit(): void {
    while (this.#used < this.limit) {
      const waiter = this.#queue.take();
      if (waiter === undefined) return;
      if (waiter.gone) continue;
      waiter.gone = true;
      this.#waiting -= 1;
      waiter.admitted(this.take());
    }
  }
}

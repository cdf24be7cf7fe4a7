// Places of one scope (a workflow, an agent, a provider, the workspace): so many at a time, the others wait in order. Those at the
// head of the line hear of it, so that they can prepare.

import { type Disposable, toDisposable } from '#base/disposable.ts';
import { Heap } from '#base/heap.ts';

/** How long a waiter of priority n outwaits one of priority n + 1: the order never changes while they wait, and nobody starves. */
export const PRIORITY_POINT_MS = 60_000;

interface Waiter {
  readonly rank: number;
  readonly order: number;
  readonly admitted: (place: Disposable) => void;
  readonly prepare: (isNear: boolean) => void;
  isNear: boolean;
  gone: boolean;
}

function goesBefore(a: Waiter, b: Waiter): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.order < b.order);
}

export class PlaceGate {
  readonly limit: number;
  readonly #ahead: number;
  #used = 0;
  #waiting = 0;
  #order = 0;
  /** The first in line, in order, at most `#ahead`; all others are behind them in the heap. */
  readonly #near: Waiter[] = [];
  readonly #far = new Heap<Waiter>(goesBefore);

  /** `limit` is at least 1; Infinity: no limit. `ahead`: how many of those who wait are told to prepare. */
  constructor(limit: number, ahead = 0) {
    this.limit = limit;
    this.#ahead = ahead;
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

  /**
   * `admitted` is called at once when there is a place. `prepare(true)` when it is among the first in line, `prepare(false)` when
   * others went before it again. Disposal leaves the queue.
   */
  wait(
    place: { readonly priority: number; readonly since: number },
    admitted: (place: Disposable) => void,
    prepare: (isNear: boolean) => void = () => {},
  ): Disposable {
    const rank = place.since - place.priority * PRIORITY_POINT_MS;
    const waiter: Waiter = { rank, order: (this.#order += 1), admitted, prepare, isNear: false, gone: false };
    this.#add(waiter);
    this.#waiting += 1;
    this.#admit();
    return toDisposable(() => {
      if (waiter.gone) return;
      waiter.gone = true;
      this.#waiting -= 1;
      const at = this.#near.indexOf(waiter);
      if (at === -1) return;
      this.#near.splice(at, 1);
      this.#tellNear();
    });
  }

  #admit(): void {
    while (this.#used < this.limit) {
      const waiter = this.#near.shift() ?? this.#far.take();
      if (waiter === undefined) break;
      if (waiter.gone) continue;
      waiter.gone = true;
      this.#waiting -= 1;
      waiter.admitted(this.take());
    }
    this.#tellNear();
  }

  /** Behind the last of those near, unless it goes before one of them. */
  #add(waiter: Waiter): void {
    const at = this.#near.findIndex((other) => goesBefore(waiter, other));
    if (at === -1) return this.#far.add(waiter);
    this.#near.splice(at, 0, waiter);
    const last = this.#near.length > this.#ahead ? this.#near.pop() : undefined;
    if (last === undefined) return;
    this.#far.add(last);
    if (last.isNear) last.prepare((last.isNear = false));
  }

  #tellNear(): void {
    while (this.#near.length < this.#ahead) {
      const next = this.#far.take();
      if (next === undefined) break;
      if (!next.gone) this.#near.push(next);
    }
    for (const waiter of this.#near) if (!waiter.isNear) waiter.prepare((waiter.isNear = true));
  }
}

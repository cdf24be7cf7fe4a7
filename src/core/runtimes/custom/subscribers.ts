// Who listens to runs. Each listener has its own queue, so that a slow or failing one holds up neither runs nor others.

import { type Disposable, toDisposable } from '#base/disposable.ts';
import type { RuntimeEvent } from '#core/engine/runtime.ts';

/** Signals that may wait for one listener; further ones are dropped until it has caught up. */
export const MAX_QUEUED_SIGNALS = 1_000;

interface Subscriber {
  readonly listener: (event: RuntimeEvent) => void;
  queue: RuntimeEvent[];
  signals: number;
  delivering: boolean;
  gone: boolean;
}

export class Subscribers {
  readonly #all = new Set<Subscriber>();
  readonly #onListenerError: (error: unknown) => void;

  /** `onListenerError` receives what a listener threw; it must not throw. */
  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError;
  }

  /** Events are delivered in order, soon after they are durable and never inside `publish`. None after disposal. */
  subscribe(listener: (event: RuntimeEvent) => void): Disposable {
    const subscriber: Subscriber = { listener, queue: [], signals: 0, delivering: false, gone: false };
    this.#all.add(subscriber);
    return toDisposable(() => {
      subscriber.gone = true;
      subscriber.queue = [];
      this.#all.delete(subscriber);
    });
  }

  /** Run events are never dropped; signals are when `MAX_QUEUED_SIGNALS` of them wait already. */
  publish(event: RuntimeEvent): void {
    for (const subscriber of this.#all) {
      if (event.kind === 'signal') {
        if (subscriber.signals >= MAX_QUEUED_SIGNALS) continue;
        subscriber.signals += 1;
      }
      subscriber.queue.push(event);
      if (subscriber.delivering) continue;
      subscriber.delivering = true;
      queueMicrotask(() => this.#deliver(subscriber));
    }
  }

  clear(): void {
    for (const subscriber of this.#all) {
      subscriber.gone = true;
      subscriber.queue = [];
    }
    this.#all.clear();
  }

  #deliver(subscriber: Subscriber): void {
    const { queue } = subscriber;
    subscriber.queue = [];
    subscriber.signals = 0;
    subscriber.delivering = false;
    for (const event of queue) {
      if (subscriber.gone) return;
      try {
        subscriber.listener(event);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }
}

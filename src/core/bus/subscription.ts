// One subscriber's place on the bus. What waits for it is bounded: signals make room by dropping the oldest; durable messages
// that find no room are read from the store again once it has caught up, so none is lost.

import type { Disposable } from '#base/disposable.ts';
import { Fifo } from '#base/fifo.ts';
import type { BusMessage } from '#protocol/bus.ts';

export interface SubscriberOptions {
  /** Which types; all when it is left out. */
  readonly accepts?: (type: string) => boolean;
  /** Messages of each sort that may wait for it. Default 256. */
  readonly capacity?: number;
  /** The next message comes when this has settled. What it throws is logged and the next message comes. */
  deliver(message: BusMessage): void | Promise<void>;
}

/** Durable messages after one, oldest first. */
export type ReadOn = (afterId: string, limit: number) => Promise<readonly BusMessage[]>;

export interface SubscriptionState {
  readonly waiting: number;
  /** Signals that were dropped so far. */
  readonly dropped: number;
  /** It reads durable messages from the store until it has caught up. */
  readonly lagging: boolean;
}

export class Subscription implements Disposable {
  readonly #options: SubscriberOptions;
  readonly #capacity: number;
  readonly #readOn: ReadOn;
  readonly #onError: (error: unknown) => void;
  readonly #durable = new Fifo<BusMessage>();
  readonly #signals = new Fifo<BusMessage>();
  /** The last durable message that was given a place here. */
  #lastId: string | null;
  #lagging: boolean;
  /** A durable message came while the store was read. */
  #missed = false;
  #dropped = 0;
  #pumping = false;
  #gone = false;

  /** `after`: begins with the durable messages that followed this one; null: with what comes from now on. */
  constructor(
    options: SubscriberOptions,
    after: string | null,
    ports: { readonly readOn: ReadOn; readonly onError: (error: unknown) => void },
  ) {
    this.#options = options;
    this.#capacity = options.capacity ?? 256;
    this.#readOn = ports.readOn;
    this.#onError = ports.onError;
    this.#lastId = after;
    this.#lagging = after !== null;
    if (this.#lagging) this.#wake();
  }

  get state(): SubscriptionState {
    return { waiting: this.#durable.size + this.#signals.size, dropped: this.#dropped, lagging: this.#lagging };
  }

  offer(message: BusMessage, durable: boolean): void {
    if (this.#gone || this.#options.accepts?.(message.type) === false) return;
    if (!durable) this.#offerSignal(message);
    else if (this.#lagging) this.#missed = true;
    else if (this.#durable.size >= this.#capacity) this.#lagging = true;
    else {
      this.#durable.add(message);
      this.#lastId = message.id;
    }
    this.#wake();
  }

  dispose(): void {
    this.#gone = true;
    this.#durable.clear();
    this.#signals.clear();
  }

  #offerSignal(message: BusMessage): void {
    if (this.#signals.size >= this.#capacity) {
      this.#signals.take();
      this.#dropped += 1;
    }
    this.#signals.add(message);
  }

  #wake(): void {
    if (this.#pumping || this.#gone) return;
    this.#pumping = true;
    void Promise.resolve().then(() => this.#pump());
  }

  async #pump(): Promise<void> {
    while (!this.#gone) {
      const next = this.#durable.take() ?? this.#signals.take();
      if (next !== undefined) await this.#deliver(next);
      else if (!this.#lagging || (!(await this.#catchUp()) && this.#signals.size === 0)) break;
    }
    this.#pumping = false;
  }

  /** One page from the store. False when that failed: the next message tries again. */
  async #catchUp(): Promise<boolean> {
    this.#missed = false;
    let page: readonly BusMessage[];
    try {
      page = await this.#readOn(this.#lastId ?? '', this.#capacity);
    } catch (error) {
      this.#onError(error);
      return false;
    }
    for (const message of page) {
      if (this.#gone) return false;
      this.#lastId = message.id;
      if (this.#options.accepts?.(message.type) !== false) await this.#deliver(message);
    }
    if (page.length < this.#capacity && !this.#missed) this.#lagging = false;
    return true;
  }

  async #deliver(message: BusMessage): Promise<void> {
    try {
      await this.#options.deliver(message);
    } catch (error) {
      this.#onError(error);
    }
  }
}

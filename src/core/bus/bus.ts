// The message bus of a workspace, in memory: checks what is published, keeps durable messages, tells each subscriber at its own pace.

import type { Clock } from '#base/clock.ts';
import type { Disposable } from '#base/disposable.ts';
import type { IdSource } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { badPayload, messageNotFound, unknownType } from '#core/bus/errors.ts';
import { type SubscriberOptions, Subscription } from '#core/bus/subscription.ts';
import type { Log } from '#core/ports.ts';
import type { BusRepository } from '#core/store/store.ts';
import { type BusMessage, busTypeOf } from '#protocol/bus.ts';

const PAGE = 500;

export interface Publication {
  readonly type: string;
  readonly payload: JsonObject;
  /** Default: a new one. */
  readonly id?: string;
  /** Default: the message's own id. */
  readonly correlationId?: string;
  readonly cause?: string | null;
}

export interface BusPorts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Log;
  readonly store: BusRepository;
}

export class Bus implements Disposable {
  readonly #ports: BusPorts;
  readonly #subscriptions = new Set<Subscription>();
  readonly #onError: (error: unknown) => void;
  /** When all durable messages so far have been told. */
  #tail: Promise<unknown> = Promise.resolve();
  /** Ids that callers chose and that are being stored. */
  readonly #inFlight = new Set<string>();

  constructor(ports: BusPorts) {
    this.#ports = ports;
    this.#onError = (error) => ports.log.error('a subscriber of the bus failed', {}, error);
  }

  /**
   * Resolves when a durable message is stored, at once for any other; subscribers are told afterwards. A durable message whose id
   * is there already is neither stored nor told again. Throws `bus.unknownType`, `bus.badPayload`, or the store's error.
   */
  async publish(publication: Publication): Promise<BusMessage> {
    const spec = busTypeOf(publication.type);
    if (spec === undefined) throw unknownType(publication.type);
    const checked = spec.payload.safeParse(publication.payload);
    if (!checked.success) {
      const [issue] = checked.error.issues;
      throw badPayload(publication.type, `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'is wrong'}`);
    }
    const id = publication.id ?? this.#ports.ids.next('msg');
    const message: BusMessage = {
      id,
      correlation_id: publication.correlationId ?? id,
      cause: publication.cause ?? null,
      version: spec.version,
      type: publication.type,
      payload: checked.data as JsonObject,
      at: this.#ports.clock.now(),
    };
    if (!spec.durable) this.#tell(message, false);
    else await this.#keep(message, publication.id !== undefined);
    return message;
  }

  /**
   * Durable messages come in their order, also those published while it was slow. `after`: begins with what followed that message;
   * throws `bus.notFound` when it is not there. None after disposal.
   */
  async subscribe(options: SubscriberOptions & { readonly after?: string }): Promise<Subscription> {
    const { after } = options;
    if (after !== undefined && !(await this.#ports.store.has(after))) throw messageNotFound(after);
    return this.listen(options, after ?? null);
  }

  /** From now on. */
  listen(options: SubscriberOptions, after: string | null = null): Subscription {
    const readOn = (id: string, limit: number): Promise<readonly BusMessage[]> => this.#after(id, limit);
    const subscription = new Subscription(options, after, { readOn, onError: this.#onError });
    const dispose = subscription.dispose.bind(subscription);
    subscription.dispose = () => {
      this.#subscriptions.delete(subscription);
      dispose();
    };
    this.#subscriptions.add(subscription);
    return subscription;
  }

  /** Durable messages after one, or from the first that is kept; 500 at most. Throws `bus.notFound`. */
  async replay(query: {
    readonly after?: string;
    readonly types?: readonly string[];
    readonly limit?: number;
  }): Promise<readonly BusMessage[]> {
    const { after = null, types, limit = PAGE } = query;
    const found = await this.#ports.store.after(after, { limit: Math.min(limit, PAGE), ...(types && { types }) });
    if (found === null) throw messageNotFound(after ?? '');
    return found;
  }

  dispose(): void {
    for (const subscription of Array.from(this.#subscriptions)) subscription.dispose();
  }

  async #keep(message: BusMessage, named: boolean): Promise<void> {
    if (named) {
      if (this.#inFlight.has(message.id)) return;
      this.#inFlight.add(message.id);
      if (await this.#known(message.id)) return;
    }
    // From here to the new tail nothing waits: messages are told in the order of the store.
    const stored = this.#ports.store.append(message);
    const told = Promise.all([stored, this.#tail]).then(() => this.#tell(message, true));
    this.#tail = told.catch(() => undefined); // its outcome is the publisher's; the next in line is told all the same
    try {
      await told;
    } finally {
      this.#inFlight.delete(message.id);
    }
  }

  async #known(id: string): Promise<boolean> {
    const known = await this.#ports.store.has(id).catch((error: unknown) => {
      this.#inFlight.delete(id);
      throw error;
    });
    if (known) this.#inFlight.delete(id);
    return known;
  }

  #tell(message: BusMessage, durable: boolean): void {
    for (const subscription of this.#subscriptions) subscription.offer(message, durable);
  }

  async #after(id: string, limit: number): Promise<readonly BusMessage[]> {
    const found = await this.#ports.store.after(id, { limit });
    if (found === null) throw messageNotFound(id);
    return found;
  }
}

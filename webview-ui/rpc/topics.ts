// Topics whose snapshots are their values: followed once however many parts of the page look at them.

import { useSyncExternalStore } from 'react';
import type { DashboardTopics } from '#protocol/pages/dashboard.ts';
import { connection } from '#ui/rpc/core.ts';

type ValueTopic = 'core' | 'changes' | 'place';

class TopicValue<T> {
  readonly #topic: string;
  readonly #listeners = new Set<() => void>();
  #isFollowed = false;
  #value: T | undefined;

  constructor(topic: string) {
    this.#topic = topic;
  }

  readonly get = (): T | undefined => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (!this.#isFollowed)
      connection.follow(this.#topic, {
        snapshot: (value) => this.#set(value as T),
        news: () => {}, // these topics have snapshots alone
        lost: () => this.#set(undefined),
      });
    this.#isFollowed = true;
    return () => {
      this.#listeners.delete(listener);
    };
  };

  #set(value: T | undefined): void {
    this.#value = value;
    for (const listener of this.#listeners) listener();
  }
}

/** The page follows these as long as it lives. */
export const topics: { readonly [T in ValueTopic]: TopicValue<DashboardTopics[T]> } = {
  core: new TopicValue('core'),
  changes: new TopicValue('changes'),
  place: new TopicValue('place'),
};

/** Undefined until the host has told. */
export function useTopic<T extends ValueTopic>(topic: T): DashboardTopics[T] | undefined {
  const { subscribe, get } = topics[topic];
  return useSyncExternalStore(subscribe, get);
}

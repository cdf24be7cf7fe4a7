// One load of a page: its requests in flight and the topics it follows. Ends when another load says hello.

import type { Disposable } from '#base/disposable.ts';
import { TopicChannel, type TopicChannelOptions } from '#core/pages/topicChannel.ts';

export class PageSession implements Disposable {
  readonly page: string;
  readonly #requests = new Map<number, AbortController>();
  readonly #topics = new Map<string, TopicChannel>();

  constructor(page: string) {
    this.page = page;
  }

  get requests(): number {
    return this.#requests.size;
  }

  get topics(): number {
    return this.#topics.size;
  }

  isBusyWith(id: number): boolean {
    return this.#requests.has(id);
  }

  begin(id: number): AbortSignal {
    const controller = new AbortController();
    this.#requests.set(id, controller);
    return controller.signal;
  }

  /** False when nobody waits for it any more. */
  end(id: number): boolean {
    return this.#requests.delete(id);
  }

  abort(id: number): void {
    const controller = this.#requests.get(id);
    this.#requests.delete(id);
    controller?.abort();
  }

  follow(options: TopicChannelOptions): void {
    const channel = new TopicChannel(options);
    this.#topics.set(options.topic, channel);
    channel.start();
  }

  /** False when it is not followed. */
  resync(topic: string): boolean {
    const channel = this.#topics.get(topic);
    channel?.sync();
    return channel !== undefined;
  }

  unfollow(topic: string): void {
    this.#topics.get(topic)?.dispose();
    this.#topics.delete(topic);
  }

  visibilityChanged(): void {
    for (const channel of this.#topics.values()) channel.visibilityChanged();
  }

  dispose(): void {
    for (const id of this.#requests.keys()) this.abort(id);
    for (const topic of this.#topics.keys()) this.unfollow(topic);
  }
}

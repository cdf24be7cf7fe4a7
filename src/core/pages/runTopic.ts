// A run as pages follow it: what its steps stream, then events and signals. How it stands, a page folds from its events.
// What was streamed is kept while this source lives, so a page that is loaded again sees it too.

import { type Disposable, DisposableStore, toDisposable } from '#base/disposable.ts';
import type { CoreFeed } from '#core/pages/coreFeed.ts';
import type { TopicSink, TopicSource } from '#core/pages/ports.ts';
import type { RunEvent, StepSignal } from '#protocol/runEvents.ts';
import { type LiveSteps, type RunNews, type RunSnapshot, withEvent, withSignal } from '#protocol/pages/runFeed.ts';

export class RunTopic implements TopicSource, Disposable {
  readonly #id: string;
  readonly #feed: CoreFeed;
  readonly #resources = new DisposableStore();
  readonly #sinks = new Set<TopicSink>();
  #live: LiveSteps = {};

  constructor(options: { readonly id: string; readonly feed: CoreFeed }) {
    this.#id = options.id;
    this.#feed = options.feed;
  }

  start(): void {
    this.#resources.add(
      this.#feed.onEvent((event) => {
        if (event.kind === 'run' && event.event.runId === this.#id) this.#takeEvent(event.event);
        if (event.kind === 'signal' && event.runId === this.#id) this.#takeSignal(event.signal);
      }),
    );
    this.#resources.add(
      this.#feed.onState(({ kind }) => {
        if (kind === 'ready') for (const sink of this.#sinks) sink.stale();
      }),
    );
  }

  /** True while a page follows it. */
  get isFollowed(): boolean {
    return this.#sinks.size > 0;
  }

  async snapshot(): Promise<{ seq: number; value: () => RunSnapshot }> {
    const api = await this.#feed.core.get();
    const { lastSeq: seq } = await api.call('runs.get', this.#id);
    return { seq, value: () => ({ live: this.#live }) };
  }

  follow(sink: TopicSink): Disposable {
    this.#sinks.add(sink);
    return toDisposable(() => this.#sinks.delete(sink));
  }

  compact(items: readonly unknown[]): readonly unknown[] {
    return withTextJoined(items as readonly RunNews[]);
  }

  dispose(): void {
    this.#resources.dispose();
  }

  #takeEvent(event: RunEvent): void {
    this.#live = withEvent(this.#live, event);
    this.#tell({ kind: 'event', event }, event.seq);
  }

  #takeSignal(signal: StepSignal): void {
    this.#live = withSignal(this.#live, signal);
    this.#tell({ kind: 'signal', signal }, null);
  }

  #tell(item: RunNews, seq: number | null): void {
    for (const sink of this.#sinks) sink.news(item, seq);
  }
}

/** Pieces of text of the same step that follow one another become one. */
function withTextJoined(items: readonly RunNews[]): readonly RunNews[] {
  const joined: RunNews[] = [];
  for (const item of items) {
    const last = joined.at(-1);
    const both = last?.kind === 'signal' && item.kind === 'signal' ? joinedText(last.signal, item.signal) : null;
    if (both === null) joined.push(item);
    else joined[joined.length - 1] = { kind: 'signal', signal: both };
  }
  return joined;
}

function joinedText(a: StepSignal, b: StepSignal): StepSignal | null {
  if ((a.type !== 'text' && a.type !== 'reasoning') || a.type !== b.type || a.path !== b.path) return null;
  return { ...a, text: a.text + b.text };
}

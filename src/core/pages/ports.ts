// What the host end of a page works with: the page's port, and a core that may not be open yet, fail, or be opened anew.

import type { Disposable } from '#base/disposable.ts';
import type { ErrorView } from '#base/errors.ts';
import type { CoreApi } from '#protocol/api.ts';
import type { HostFrame } from '#protocol/pages/transport.ts';

export interface PagePort {
  /** What is posted to a hidden page is lost. */
  readonly visible: boolean;
  /** Never throws. */
  post(frame: HostFrame): void;
  /** Whatever the page sends: it may be anything. */
  onMessage(listener: (raw: unknown) => void): Disposable;
  /** After `visible` changed. */
  onVisibility(listener: () => void): Disposable;
}

export type PageCoreState =
  | { readonly kind: 'idle' | 'opening' }
  | { readonly kind: 'ready'; readonly api: CoreApi }
  | { readonly kind: 'failed'; readonly error: ErrorView };

export interface PageCore {
  readonly state: PageCoreState;
  /** Opens the workspace when that was not done yet. Rejects with what opening threw. */
  get(): Promise<CoreApi>;
  onDidChangeState(listener: (state: PageCoreState) => void): Disposable;
}

/** Takes what a topic has to tell. */
export interface TopicSink {
  /**
   * One more item. Durable ones move the topic to `seq`, which is one more than before; others (`seq` null) are live only
   * and count for a page that has the last snapshot.
   */
  news(item: unknown, seq: number | null): void;
  /** What the page knows no longer holds: it needs a snapshot. */
  stale(): void;
}

export interface TopicSource {
  /** `value` is called when the snapshot is sent, so that live items up to that moment are in it. */
  snapshot(): Promise<{ readonly seq: number; readonly value: () => unknown }>;
  follow(sink: TopicSink): Disposable;
  /** Fewer items that say the same. */
  compact?(items: readonly unknown[]): readonly unknown[];
}

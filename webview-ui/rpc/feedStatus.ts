// Whether what is on the screen is live, and until when it was: the host answers, and the workspace is open.

import { connection } from '#ui/rpc/core.ts';
import { topics } from '#ui/rpc/topics.ts';

export interface FeedStatus {
  /** `connecting`: it never was live. `reconnecting`: what is shown was true at `at`. */
  readonly status: 'connecting' | 'streaming' | 'reconnecting';
  /** Epoch ms: the last word of the host while all was well. */
  readonly at: number;
}

class FeedWatch {
  readonly #listeners = new Set<() => void>();
  #isWatching = false;
  #status: FeedStatus = { status: 'connecting', at: Date.now() };

  readonly get = (): FeedStatus => this.#status;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (!this.#isWatching) {
      this.#isWatching = true;
      connection.onStanding(this.#look);
      topics.core.subscribe(this.#look);
      this.#look();
    }
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly #look = (): void => {
    const isLive = connection.standing.kind === 'live' && topics.core.get()?.kind === 'ready';
    const before = this.#status.status;
    const status = isLive ? 'streaming' : before === 'connecting' ? 'connecting' : 'reconnecting';
    if (status === before) return;
    this.#status = { status, at: connection.heardAt };
    for (const listener of this.#listeners) listener();
  };
}

/** The page watches this as long as it lives. */
export const feedWatch = new FeedWatch();

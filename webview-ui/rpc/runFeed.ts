// A run that a page follows: all its events, and what its steps stream. A gap is healed by asking for what is missing,
// so a page that was hidden, loaded again or cut off is back at the truth with one snapshot.

import type { Disposable } from '#base/disposable.ts';
import { type ErrorView, toErrorView } from '#base/errors.ts';
import { type LiveSteps, type RunNews, type RunSnapshot, withEvent, withSignal } from '#protocol/pages/runFeed.ts';
import type { RunEvent } from '#protocol/runEvents.ts';
import type { TopicFollower } from '#ui/rpc/connection.ts';

export interface RunFeedState {
  /** Gap-free from the first; may end early while older ones are still being read. */
  readonly events: readonly RunEvent[];
  /** What each step streamed since this window followed the run, by path. */
  readonly live: LiveSteps;
  /** Of the last event in `events`. */
  readonly lastSeq: number;
  /** Why it cannot be followed now. What was known stays. */
  readonly error: ErrorView | null;
}

export interface RunFeedPorts {
  readonly follow: (topic: string, follower: TopicFollower) => Disposable;
  readonly readEvents: (request: {
    readonly id: string;
    readonly afterSeq: number;
    readonly limit: number;
  }) => Promise<readonly RunEvent[]>;
}

const PAGE_EVENTS = 1_000;

export class RunFeed implements TopicFollower {
  readonly #id: string;
  readonly #ports: RunFeedPorts;
  readonly #listeners = new Set<() => void>();
  #state: RunFeedState = { events: [], live: {}, lastSeq: 0, error: null };
  #following: Disposable | null = null;
  /** The run stands here; older events are read until `lastSeq` is the same. */
  #targetSeq = 0;
  #waiting: RunEvent[] = [];
  #filling = false;

  constructor(id: string, ports: RunFeedPorts) {
    this.#id = id;
    this.#ports = ports;
  }

  readonly get = (): RunFeedState => this.#state;

  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#following ??= this.#ports.follow(this.#topic, this);
    return () => {
      this.#listeners.delete(listener);
      if (this.isWatched) return;
      this.#following?.dispose();
      this.#following = null;
    };
  };

  snapshot(value: unknown, seq: number): void {
    const { live } = value as RunSnapshot;
    this.#waiting = [];
    this.#targetSeq = seq;
    this.#set({ live, error: null });
    void this.#fill();
  }

  news(items: readonly unknown[]): void {
    let { live } = this.#state;
    const events: RunEvent[] = [];
    for (const item of items as readonly RunNews[]) {
      if (item.kind === 'signal') live = withSignal(live, item.signal);
      else {
        events.push(item.event);
        live = withEvent(live, item.event);
      }
    }
    this.#targetSeq += events.length;
    if (this.#filling) {
      this.#waiting.push(...events);
      this.#set({ live });
      return;
    }
    this.#set({ live, ...this.#with(events) });
    // A reading that failed left a gap before what came now.
    if (events.length > 0 && this.#isBehind()) void this.#fill();
  }

  lost(error: ErrorView): void {
    this.#set({ error });
  }

  get #topic(): string {
    return `run:${this.#id}`;
  }

  /** Reads what is missing before the snapshot. Never rejects: what goes wrong is shown, and the next snapshot or event tries again. */
  async #fill(): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    try {
      while (this.#isBehind()) {
        const request = { id: this.#id, afterSeq: this.#state.lastSeq, limit: PAGE_EVENTS };
        const events = await this.#ports.readEvents(request);
        if (events.length === 0) break;
        this.#set(this.#with(events));
      }
      if (this.#state.error !== null) this.#set({ error: null });
    } catch (error) {
      this.#set({ error: toErrorView(error) });
    } finally {
      this.#filling = false;
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 0) this.#set(this.#with(waiting));
  }

  /** Behind what can be read: events that wait here already need not be. */
  #isBehind(): boolean {
    const [first] = this.#waiting;
    return this.#state.lastSeq < (first === undefined ? this.#targetSeq : first.seq - 1);
  }

  /** Only what follows directly is taken: `events` stays gap-free. */
  #with(events: readonly RunEvent[]): Pick<RunFeedState, 'events' | 'lastSeq'> {
    let { lastSeq } = this.#state;
    const taken = events.filter(({ seq }) => {
      if (seq !== lastSeq + 1) return false;
      lastSeq = seq;
      return true;
    });
    return { events: taken.length === 0 ? this.#state.events : [...this.#state.events, ...taken], lastSeq };
  }

  #set(change: Partial<RunFeedState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

// Answers of the core that are kept fresh: shared by all who ask the same, shown at once when a tab comes back, read again
// when something they depend on changed.

import { type ErrorView, isAbort, toErrorView } from '#base/errors.ts';

export interface QueryState<T> {
  /** The last answer; it stays while a newer one is read, and when that fails. */
  readonly data: T | undefined;
  readonly error: ErrorView | null;
  readonly loading: boolean;
  /** Epoch ms of the last answer; null before it. */
  readonly at: number | null;
}

/** Readings of the same thing are at least this far apart, in ms, however often it changes. */
const APART_MS = 500;
/** Answers nobody looks at are forgotten beyond this many. */
const KEPT = 100;

const NOTHING: QueryState<never> = { data: undefined, error: null, loading: true, at: null };

export class Query<T> {
  readonly #read: () => Promise<T>;
  readonly #listeners = new Set<() => void>();
  #state: QueryState<T> = NOTHING;
  #reading: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #startedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  readonly get = (): QueryState<T> => this.#state;

  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Reads now, or once more after the reading that goes on; resolves after it. Never rejects: see `error`. */
  readonly refresh = (): Promise<void> => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#reading !== null) {
      this.#next ??= this.#reading.then(() => {
        this.#next = null;
        return this.refresh();
      });
      return this.#next;
    }
    this.#reading = this.#run().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  };

  /** Reads soon, once for many calls. */
  readonly refreshSoon = (): void => {
    if (!this.isWatched) {
      this.#startedAt = 0;
      return;
    }
    this.#timer ??= setTimeout(() => void this.refresh(), Math.max(0, this.#startedAt + APART_MS - Date.now()));
  };

  /** For who begins to look: reads unless it was read a moment ago. */
  readonly refreshIfOld = (): void => {
    if (Date.now() - this.#startedAt > APART_MS) void this.refresh();
  };

  async #run(): Promise<void> {
    this.#startedAt = Date.now();
    if (!this.#state.loading) this.#set({ ...this.#state, loading: true });
    try {
      const data = await this.#read();
      this.#set({ data, error: null, loading: false, at: Date.now() });
    } catch (error) {
      this.#set({ ...this.#state, error: isAbort(error) ? null : toErrorView(error), loading: false });
    }
  }

  #set(state: QueryState<T>): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

const queries = new Map<string, Query<unknown>>();

/** The same query for the same key. */
export function queryFor<T>(key: string, read: () => Promise<T>): Query<T> {
  const known = queries.get(key);
  if (known !== undefined) return known as Query<T>;
  const query = new Query(read);
  queries.set(key, query);
  for (const [old, one] of queries) {
    if (queries.size <= KEPT) break;
    if (!one.isWatched && one !== (query as Query<unknown>)) queries.delete(old);
  }
  return query;
}

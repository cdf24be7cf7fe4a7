// One process's way to a store. When the process dies its writes stop, at once or before the n-th; the store lives on.

import type { Store } from '#core/store/store.ts';

const WRITES = new Set(['append', 'saveSnapshot', 'put', 'putWrites', 'forget', 'recordEffect']);

export interface MortalStore {
  readonly store: Store;
  /** Writes it was asked for. */
  readonly writes: () => number;
  readonly die: () => void;
  /** Dead, and what it had asked for before is stored or refused: the next process may come. */
  readonly isDead: () => boolean;
}

/** `dieAt`: the number of the first write that never happens. */
export function mortalStore(store: Store, dieAt = Number.POSITIVE_INFINITY): MortalStore {
  let dead = false;
  let writes = 0;
  let inFlight = 0;
  const mortal = <T extends object>(repository: T): T =>
    new Proxy(repository, {
      get(target, name, receiver) {
        const method: unknown = Reflect.get(target, name, receiver);
        if (typeof method !== 'function' || typeof name !== 'string' || !WRITES.has(name)) return method;
        return (...args: unknown[]): unknown => {
          writes += 1;
          dead ||= writes >= dieAt;
          if (dead) return new Promise(() => {});
          inFlight += 1;
          return (Reflect.apply(method, target, args) as Promise<unknown>).finally(() => (inFlight -= 1));
        };
      },
    });
  return {
    store: { ...store, runs: mortal(store.runs), runtimeCheckpoints: mortal(store.runtimeCheckpoints) },
    writes: () => writes,
    isDead: () => dead && inFlight === 0,
    die: () => {
      dead = true;
    },
  };
}

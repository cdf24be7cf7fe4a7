// Work that asks the system synchronously, several times cheaper than asynchronously, in slices so that nobody waits long for it.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfAborted } from '#base/abort.ts';

const SLICE_MS = 4;

/** Calls `work` for each item in order; others get their turn every few milliseconds. Ends with AbortError on abort. */
export async function inSlices<T>(items: Iterable<T>, work: (item: T) => void, signal?: AbortSignal): Promise<void> {
  let since = performance.now();
  for (const item of items) {
    work(item);
    if (performance.now() - since < SLICE_MS) continue;
    await nextTurn();
    throwIfAborted(signal);
    since = performance.now();
  }
}

// What probes need of the host: time, ids, and stores to throw away. Nothing of a user's workspace is within their reach.

import type { Clock } from '#base/clock.ts';
import type { IdSource } from '#base/ids.ts';
import type { Store } from '#core/store/store.ts';

export interface DiskStore {
  /** Opens the file; close the store before it is opened again. */
  open(): Promise<Store>;
  /** Removes the file; its store must be closed. */
  dispose(): Promise<void>;
}

export interface ProbeHost {
  readonly clock: Clock;
  readonly ids: IdSource;
  /** A new empty store in memory. */
  memoryStore(): Promise<Store>;
  /** A new empty store in a temporary file. */
  diskStore(): Promise<DiskStore>;
}

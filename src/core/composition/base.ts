// What every part of the composition is built on.

import type { DisposableStore } from '#base/disposable.ts';
import type { HostPorts } from '#core/ports.ts';
import type { Store } from '#core/store/store.ts';
import type { CoreEvent } from '#protocol/api.ts';

export interface CompositionBase {
  readonly ports: HostPorts;
  readonly store: Store;
  /** What a person allowed for good; nothing that came with the folder. */
  readonly permissions: Store['values'];
  /** Released when the core closes, last in first out: the order in which parts are added counts. */
  readonly resources: DisposableStore;
  /** Tells the workspace's listeners that what they show is out of date. */
  readonly changed: (what: Extract<CoreEvent, { kind: 'changed' }>['what']) => void;
}

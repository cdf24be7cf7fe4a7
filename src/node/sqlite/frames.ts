// What the store's worker and its client say to each other. Both come from one build, so nothing is validated.

import type { ErrorView } from '#base/errors.ts';
import type { SqlRow, Statement } from '#core/store/connection.ts';
import type { Outcome } from '#node/sqlite/engine.ts';
import type { PackedBatches } from '#node/sqlite/packedBatches.ts';
import type { Durability } from '#protocol/storeCare.ts';

export interface WorkerSetup {
  readonly file: string;
  readonly sqlJs: string;
  readonly durability: Durability;
}

export type Request =
  | { readonly id: number; readonly kind: 'commit'; readonly batches: PackedBatches }
  | { readonly id: number; readonly kind: 'read'; readonly statement: Statement }
  | { readonly id: number; readonly kind: 'close' };

export interface Answers {
  readonly commit: readonly Outcome[];
  readonly read: readonly SqlRow[];
  readonly close: null;
}

export type Reply = { readonly id: number } & ({ readonly value: Answers[Request['kind']] } | { readonly error: ErrorView });

/** The worker's first message: null when the database is open. */
export interface Opened {
  readonly opened: ErrorView | null;
}

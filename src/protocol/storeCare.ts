// What the care of the store says and is asked: sizes, backups, compaction, retention. Every number is measured.

/**
 * What a commit survives once it is acknowledged. `full`: a power cut. `normal`: the end of the process at any moment; a power cut
 * may take the last commits, the newest first and each as a whole, and never damages the store.
 */
export const durabilities = ['full', 'normal'] as const;
export type Durability = (typeof durabilities)[number];

/** What may be removed. Null keeps for ever. */
export interface RetentionPolicy {
  /** Finished runs that ended longer ago than this go. */
  readonly runsDays: number | null;
  /** Finished runs beyond this many newest runs go. */
  readonly runsNewest: number | null;
  /** Figures of agents and models: executions and usage. */
  readonly usageDays: number | null;
  /** Answers of models that are taken again (`--cache`). */
  readonly answersDays: number | null;
  /** Messages of the bus; those that are older cannot be replayed. */
  readonly messagesDays: number | null;
  readonly auditDays: number | null;
}

export interface StoreInfo {
  /** Absolute path of the database. */
  readonly file: string;
  readonly databaseBytes: number;
  /** Of the write-ahead journal beside it. */
  readonly journalBytes: number;
  /** Inside the database and used by nothing: what compaction gives back at least. */
  readonly freeBytes: number;
  readonly durability: Durability;
  /** The newest migration applied. */
  readonly schema: number;
  /** `oldestAt` in epoch ms; null without runs. */
  readonly runs: { readonly count: number; readonly unfinished: number; readonly oldestAt: number | null };
  readonly events: number;
  readonly proposals: { readonly count: number; readonly open: number };
  readonly blobs: { readonly count: number; readonly bytes: number };
  /** `.cas/runs/`. */
  readonly runFolders: FolderSizes;
  /** Stores that were replaced or set aside and lie beside this one; yours to delete. */
  readonly aside: readonly { readonly file: string; readonly bytes: number }[];
  readonly retention: RetentionPolicy;
}

export interface FolderSizes {
  readonly folders: number;
  readonly files: number;
  readonly bytes: number;
}

export interface BackupReport {
  readonly file: string;
  readonly bytes: number;
  readonly schema: number;
  readonly runs: number;
  readonly durationMs: number;
}

export interface CompactReport {
  /** Database and journal together. */
  readonly beforeBytes: number;
  readonly afterBytes: number;
  readonly durationMs: number;
}

export interface RestoreReport {
  /** Null: an empty store was started. */
  readonly from: string | null;
  /** Where the store that was there is now; null when there was none. */
  readonly keptAs: string | null;
  /** Of the backup, and after its migration. */
  readonly schema: { readonly from: number; readonly to: number };
  readonly runs: number;
  readonly durationMs: number;
}

export type PrunedRows = {
  readonly [
    K in
      | 'events'
      | 'snapshots'
      | 'deadLetters'
      | 'effects'
      | 'runtimeCheckpoints'
      | 'proposals'
      | 'blobs'
      | 'executions'
      | 'usage'
      | 'answers'
      | 'messages'
      | 'audit'
  ]: number;
};

export interface PrunedRun {
  readonly id: string;
  readonly workflow: string;
  readonly status: string;
  /** Epoch ms. */
  readonly endedAt: number;
  readonly because: 'age' | 'count';
}

export interface PruneReport {
  /** True: nothing was removed; this is what would be. */
  readonly dryRun: boolean;
  readonly policy: RetentionPolicy;
  /** Oldest first. */
  readonly runs: readonly PrunedRun[];
  /** Runs the policy would remove, kept for their open proposals or because they are worked on. */
  readonly kept: readonly { readonly id: string; readonly because: 'openProposals' | 'live' }[];
  readonly rows: PrunedRows;
  /** Content of those rows; the file shrinks at the next compaction. */
  readonly bytes: number;
  /** `.cas/runs/<id>/` of those runs. */
  readonly runFolders: FolderSizes;
  readonly durationMs: number;
}

// What an owner does for its store besides using it: look at its size, back it up, compact it, remove what is old.

import { sql } from 'kysely';
import { storeInMemory } from '#core/store/care/backupErrors.ts';
import { prune, type PruneContext, type PruneOptions } from '#core/store/care/prune.ts';
import { eventsInBatch, raw } from '#core/store/care/runTables.ts';
import type { StoreConnection, StoreFile } from '#core/store/connection.ts';
import { readFirst } from '#core/store/query.ts';
import type { BackupReport, CompactReport, PruneReport, RetentionPolicy, StoreInfo } from '#protocol/storeCare.ts';

type Undated<T> = Omit<T, 'durationMs'>;

/** Every method but `prune` throws `store.inMemory` for a store without a file. */
export interface StoreCare {
  info(): Promise<Omit<StoreInfo, 'runFolders' | 'retention'>>;
  /** See StoreFile.backup. */
  backup(to: string): Promise<Undated<BackupReport>>;
  /** See StoreFile.compact. */
  compact(): Promise<Undated<CompactReport>>;
  prune(policy: RetentionPolicy, options: PruneOptions): Promise<Undated<PruneReport>>;
}

export function createCare(context: PruneContext): StoreCare {
  const { connection } = context;
  const file = (): StoreFile => {
    if (connection.file === undefined) throw storeInMemory();
    return connection.file;
  };
  const size = async (): Promise<number> => {
    const { databaseBytes, journalBytes } = await file().sizes();
    return databaseBytes + journalBytes;
  };
  return {
    info: async () => {
      const own = file();
      return {
        file: own.path,
        durability: own.durability,
        ...(await own.sizes()),
        ...(await counts(connection)),
        aside: await own.aside(),
      };
    },
    backup: async (to) => ({ file: to, ...(await file().backup(to)) }),
    async compact() {
      const beforeBytes = await size();
      await file().compact();
      return { beforeBytes, afterBytes: await size() };
    },
    prune: (policy, options) => prune(context, policy, options),
  };
}

interface Counts {
  readonly schema: number;
  readonly runs: number;
  readonly unfinished: number;
  readonly oldestAt: number | null;
  readonly events: number;
  readonly proposals: number;
  readonly open: number;
  readonly blobs: number;
  readonly blobBytes: number;
}

async function counts(connection: StoreConnection): Promise<Pick<StoreInfo, 'schema' | 'runs' | 'events' | 'proposals' | 'blobs'>> {
  const query = sql<Counts>`select
    (select max(id) from schema_migrations) as schema,
    (select count(*) from runs) as runs,
    (select count(*) from runs where status not in ('completed', 'partial', 'failed', 'cancelled')) as unfinished,
    (select min(created_at) from runs) as "oldestAt",
    (select coalesce(sum(${eventsInBatch}), 0) from event_batches) as events,
    (select count(*) from proposals) as proposals,
    (select count(*) from proposals where status = 'open') as open,
    (select count(*) from blobs) as blobs,
    (select coalesce(sum(octet_length(bytes)), 0) from blobs) as "blobBytes"`;
  const row = await readFirst(connection, raw(connection, query));
  if (row === null) throw new Error('a query of counts has one row');
  return {
    schema: row.schema,
    runs: { count: row.runs, unfinished: row.unfinished, oldestAt: row.oldestAt },
    events: row.events,
    proposals: { count: row.proposals, open: row.open },
    blobs: { count: row.blobs, bytes: row.blobBytes },
  };
}

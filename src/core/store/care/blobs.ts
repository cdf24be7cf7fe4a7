// Blobs that no proposal refers to any more.

import type { StoreConnection } from '#core/store/connection.ts';
import { compiled, readAll } from '#core/store/query.ts';
import { raw } from '#core/store/care/runTables.ts';
import { sql } from 'kysely';

const PAGE = 500;
/** How a proposal's data refers to a blob. More than that may match: it only keeps a blob longer. */
const HASH = /[0-9a-f]{64}/g;

export interface Orphans {
  readonly hashes: readonly string[];
  readonly bytes: number;
}

/**
 * As if the proposals of the runs `without` were gone. `fresh` are blobs put since this store was opened: their proposal may
 * not be saved yet.
 */
export async function findOrphans(
  connection: StoreConnection,
  { without, fresh }: { readonly without: ReadonlySet<string>; readonly fresh: ReadonlySet<string> },
): Promise<Orphans> {
  const used = await usedHashes(connection, without);
  const hashes: string[] = [];
  let bytes = 0;
  for (let after = ''; ;) {
    const query = sql<{ hash: string; bytes: number }>`select hash, octet_length(bytes) as bytes from blobs where hash > ${after}
      order by hash limit ${PAGE}`;
    const page = await readAll(connection, raw(connection, query));
    for (const blob of page) {
      if (used.has(blob.hash) || fresh.has(blob.hash)) continue;
      hashes.push(blob.hash);
      bytes += blob.bytes;
    }
    if (page.length < PAGE) return { hashes, bytes };
    after = page.at(-1)?.hash ?? after;
  }
}

/** In batches. One that was put again meanwhile stays. */
export async function removeBlobs(connection: StoreConnection, hashes: readonly string[], fresh: ReadonlySet<string>): Promise<void> {
  for (let from = 0; from < hashes.length; from += PAGE) {
    const batch = hashes.slice(from, from + PAGE).filter((hash) => !fresh.has(hash));
    if (batch.length > 0) await connection.commit([compiled(connection.dialect.builder.deleteFrom('blobs').where('hash', 'in', batch))]);
  }
}

async function usedHashes(connection: StoreConnection, without: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const { builder } = connection.dialect;
  const used = new Set<string>();
  const mark = (data: string): void => {
    for (const [hash] of data.matchAll(HASH)) used.add(hash);
  };
  for (let after = ''; ;) {
    const proposals = builder.selectFrom('proposals').select(['id', 'run_id', 'data']).where('id', '>', after).orderBy('id').limit(PAGE);
    const page = await readAll(connection, compiled(proposals));
    for (const { run_id: runId, data } of page) if (runId === null || !without.has(runId)) mark(data);
    if (page.length < PAGE) break;
    after = page.at(-1)?.id ?? after;
  }
  for (const { data } of await readAll(connection, compiled(builder.selectFrom('journals').select('data')))) mark(data);
  return used;
}

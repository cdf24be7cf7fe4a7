// Removes the beginning of the audit trail as the policy says. An entry says so first, with the hash of the last one that goes:
// without it the chain would count as broken.

import { sql } from 'kysely';
import { REMOVAL } from '#core/store/audit/chainCheck.ts';
import { createAuditRepository } from '#core/store/audit.ts';
import { DAY_MS } from '#core/store/care/candidates.ts';
import { contentBytes, type Measured, nothing, raw } from '#core/store/care/runTables.ts';
import type { StoreConnection } from '#core/store/connection.ts';
import { compiled, readFirst } from '#core/store/query.ts';
import type { RetentionPolicy } from '#protocol/storeCare.ts';

const ROWS_PER_BATCH = 1_000;
const CONTENT = ['actor', 'action', 'target', 'data', 'prev_hash', 'hash'];

/** Up to the last entry before the first that the policy keeps: a chain has no holes. */
export async function pruneAudit(
  connection: StoreConnection,
  policy: RetentionPolicy,
  { now, dryRun }: { readonly now: number; readonly dryRun: boolean },
): Promise<Measured> {
  if (policy.auditDays === null) return nothing;
  const kept = sql`coalesce((select min(id) from audit where at >= ${now - policy.auditDays * DAY_MS}), (select max(id) + 1 from audit))`;
  const measuring = sql<{ rows: number; bytes: number; last: number | null }>`select count(*) as "rows",
    ${contentBytes(CONTENT)} as bytes, max(id) as last from audit where id < ${kept}`;
  const found = await readFirst(connection, raw(connection, measuring));
  if (found === null || found.last === null) return nothing;
  if (!dryRun) await remove(connection, { last: found.last, now });
  return { rows: { ...nothing.rows, audit: found.rows }, bytes: found.bytes };
}

async function remove(connection: StoreConnection, { last, now }: { readonly last: number; readonly now: number }): Promise<void> {
  const { builder } = connection.dialect;
  const row = await readFirst(connection, compiled(builder.selectFrom('audit').select('hash').where('id', '=', last)));
  const data = { removedTo: last, hash: row?.hash ?? '' };
  await createAuditRepository(connection).append({ at: now, actor: 'person', action: REMOVAL, target: 'audit', data });
  const oldest = sql<{ id: number | null }>`select min(id) as id from audit`;
  for (let first = 0; first <= last;) {
    const end = Math.min(last + 1, first + ROWS_PER_BATCH);
    await connection.commit([compiled(builder.deleteFrom('audit').where('id', '<', end))]);
    first = (await readFirst(connection, raw(connection, oldest)))?.id ?? last + 1;
  }
}

// The store's own note of the newest entry, written in the commit of that entry: entries that go missing at the end are noticed,
// unless the note is changed with them.

import type { StoreConnection } from '#core/store/connection.ts';
import { compiled, prepared, type Query, readFirst } from '#core/store/query.ts';
import { auditHeadSchema, type AuditHead } from '#protocol/audit.ts';

/** Of the table `scoped_values`. */
export const AUDIT_SCOPE = 'audit';
export const HEAD_KEY = 'head';

/** Null before the first entry. A note that cannot be read gives `broken`. */
export async function readHead(connection: StoreConnection): Promise<AuditHead | null | 'broken'> {
  const { builder } = connection.dialect;
  const query = builder.selectFrom('scoped_values').select('data').where('scope', '=', AUDIT_SCOPE).where('key', '=', HEAD_KEY);
  const row = await readFirst(connection, compiled(query));
  if (row === null) return null;
  try {
    return auditHeadSchema.parse(JSON.parse(row.data));
  } catch {
    return 'broken'; // The caller knows what that means: an append goes by the entries, a check reports it.
  }
}

export function headStatement({ dialect }: StoreConnection): (head: AuditHead) => Query<unknown> {
  const statement = prepared<{ data: string }>((p) =>
    dialect.builder
      .insertInto('scoped_values')
      .values({ scope: AUDIT_SCOPE, key: HEAD_KEY, data: p.data })
      .onConflict((conflict) => conflict.columns(['scope', 'key']).doUpdateSet((e) => ({ data: e.ref('excluded.data') }))),
  );
  return ({ id, hash }) => statement({ data: JSON.stringify({ id, hash }) });
}

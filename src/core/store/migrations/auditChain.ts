// The audit trail becomes a chain of hashes. Entries from before are chained in the same commit, and marked: what they were
// until then the chain cannot say. Never edit an applied migration.

import { sql } from 'kysely';
import { stableStringify, type Json } from '#base/json.ts';
import { chained, GENESIS, type StoredEntry } from '#core/store/audit/entry.ts';
import { AUDIT_SCOPE, HEAD_KEY } from '#core/store/audit/head.ts';
import type { Migration } from '#core/store/migrations/migration.ts';
import { compiled, readAll } from '#core/store/query.ts';

export const auditChain: Migration = {
  id: 8,
  name: 'auditChain',
  up: ({ builder, columnTypes }) => [
    builder.schema
      .alterTable('audit')
      .addColumn('late', columnTypes.integer as never, (column) => column.notNull().defaultTo(0))
      .compile(),
    builder.schema
      .alterTable('audit')
      .addColumn('prev_hash', columnTypes.text as never, (column) => column.notNull().defaultTo(''))
      .compile(),
    builder.schema
      .alterTable('audit')
      .addColumn('hash', columnTypes.text as never, (column) => column.notNull().defaultTo(''))
      .compile(),
  ],
  async fill(connection) {
    const { builder } = connection.dialect;
    const query = builder.selectFrom('audit').select(['id', 'at', 'actor', 'action', 'target', 'data']).orderBy('id');
    const rows = await readAll(connection, compiled(query));
    let last: StoredEntry | null = null;
    const batch = [];
    // Numbered anew: entries that a retention policy removed before there was a chain left gaps that nothing vouches for.
    for (const [index, { id: oldId, data, ...row }] of rows.entries()) {
      const entry: StoredEntry = chained(
        { ...row, id: index + 1, data: stableStringify(JSON.parse(data) as Json), late: true },
        last?.hash ?? GENESIS,
      );
      const { id, prev: prev_hash, hash } = entry;
      batch.push(compiled(builder.updateTable('audit').set({ id, data: entry.data, late: 1, prev_hash, hash }).where('id', '=', oldId)));
      last = entry;
    }
    if (last === null) return [];
    const head = JSON.stringify({ id: last.id, hash: last.hash });
    return [...batch, compiled(builder.insertInto('scoped_values').values({ scope: AUDIT_SCOPE, key: HEAD_KEY, data: head }))];
  },
  down: ({ builder }) => [
    ...['hash', 'prev_hash', 'late'].map((column) => builder.schema.alterTable('audit').dropColumn(column).compile()),
    builder
      .deleteFrom('scoped_values')
      .where(sql<boolean>`scope = ${sql.lit(AUDIT_SCOPE)}`)
      .compile(),
  ],
};

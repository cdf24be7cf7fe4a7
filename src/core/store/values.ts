// Small values by scope and key.

import type { Json } from '#base/json.ts';
import type { StoreConnection } from '#core/store/connection.ts';
import { compiled, prepared, readAll, readFirst } from '#core/store/query.ts';
import type { Store } from '#core/store/store.ts';

export function createValuesRepository(connection: StoreConnection): Store['values'] {
  const { builder } = connection.dialect;
  const one = prepared<{ scope: string; key: string }, { data: string }>((p) =>
    builder.selectFrom('scoped_values').select('data').where('scope', '=', p.scope).where('key', '=', p.key),
  );
  return {
    async get(scope, key) {
      const row = await readFirst(connection, one({ scope, key }));
      return row ? (JSON.parse(row.data) as Json) : undefined;
    },
    async set(scope, key, value) {
      const data = JSON.stringify(value);
      const insert = builder.insertInto('scoped_values').values({ scope, key, data });
      await connection.commit([compiled(insert.onConflict((conflict) => conflict.columns(['scope', 'key']).doUpdateSet({ data })))]);
    },
    async list(scope) {
      const query = builder.selectFrom('scoped_values').select(['key', 'data']).where('scope', '=', scope).orderBy('key');
      const rows = await readAll(connection, compiled(query));
      return new Map(rows.map((row) => [row.key, JSON.parse(row.data) as Json]));
    },
  };
}

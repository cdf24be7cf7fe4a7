// Measurements of runtimes, kept with their history.

import type { StoreConnection } from '#core/store/connection.ts';
import { compiled, readAll } from '#core/store/query.ts';
import type { Store } from '#core/store/store.ts';
import type { ParityReport } from '#protocol/parity.ts';

export function createParityRepository(connection: StoreConnection): Store['parity'] {
  const { builder } = connection.dialect;
  return {
    async save({ runtime, at, durationMs, available, total, results }) {
      const row = { runtime, at: Math.round(at), duration_ms: durationMs, available, total, results: JSON.stringify(results) };
      await connection.commit([compiled(builder.insertInto('parity_results').values(row))]);
    },

    async latest(runtime) {
      const newest = builder
        .selectFrom('parity_results')
        .select(({ fn }) => fn.max<number>('id').as('id'))
        .groupBy('runtime');
      let query = builder
        .selectFrom('parity_results')
        .select(['runtime', 'at', 'duration_ms as durationMs', 'available', 'total', 'results'])
        .where('id', 'in', newest)
        .orderBy('runtime');
      if (runtime !== undefined) query = query.where('runtime', '=', runtime);
      const rows = await readAll(connection, compiled(query));
      return rows.map((row) => ({ ...row, results: JSON.parse(row.results) as ParityReport['results'] }));
    },

    async history({ runtime, limit = 100 } = {}) {
      let query = builder
        .selectFrom('parity_results')
        .select(['runtime', 'at', 'duration_ms as durationMs', 'available', 'total'])
        .orderBy('id', 'desc')
        .limit(limit);
      if (runtime !== undefined) query = query.where('runtime', '=', runtime);
      return readAll(connection, compiled(query));
    },
  };
}

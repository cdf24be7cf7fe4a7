// The audit trail: appended to, never changed.

import type { Json } from '#base/json.ts';
import type { StoreConnection } from '#core/store/connection.ts';
import { compiled, displayText, readAll } from '#core/store/query.ts';
import type { Store } from '#core/store/store.ts';

export function createAuditRepository(connection: StoreConnection): Store['audit'] {
  const { builder } = connection.dialect;
  return {
    async append({ at, actor, action, target, data }) {
      const row = {
        at: Math.round(at),
        actor: displayText(actor),
        action: displayText(action),
        target: displayText(target),
        data: JSON.stringify(data),
      };
      await connection.commit([compiled(builder.insertInto('audit').values(row))]);
    },

    /** Newest first; without a limit, all of it. */
    async list({ limit } = {}) {
      const query = builder.selectFrom('audit').select(['at', 'actor', 'action', 'target', 'data']).orderBy('id', 'desc');
      const rows = await readAll(connection, compiled(limit === undefined ? query : query.limit(limit)));
      return rows.map((row) => ({ ...row, data: JSON.parse(row.data) as Json }));
    },
  };
}

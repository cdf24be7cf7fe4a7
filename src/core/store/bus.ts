// The durable messages of the bus, in the order in which they were published.

import type { JsonObject } from '#base/json.ts';
import type { StoreConnection } from '#core/store/connection.ts';
import { compiled, prepared, readAll, readFirst } from '#core/store/query.ts';
import type { StoreSchema } from '#core/store/schema.ts';
import type { BusRepository } from '#core/store/store.ts';
import type { BusMessage } from '#protocol/bus.ts';

type Row = Omit<StoreSchema['bus_events'], 'position'>;

export function createBusRepository(connection: StoreConnection): BusRepository {
  const { builder } = connection.dialect;
  const insert = prepared<Row>((p) =>
    builder
      .insertInto('bus_events')
      .values({
        id: p.id,
        correlation_id: p.correlation_id,
        cause: p.cause,
        version: p.version,
        type: p.type,
        payload: p.payload,
        at: p.at,
      })
      .onConflict((conflict) => conflict.column('id').doNothing()),
  );
  const positionOf = prepared<{ id: string }, { position: number }>((p) =>
    builder.selectFrom('bus_events').select('position').where('id', '=', p.id),
  );
  const columns = ['id', 'correlation_id', 'cause', 'version', 'type', 'payload', 'at'] as const;
  return {
    async append(message) {
      await connection.commit([insert({ ...message, at: Math.round(message.at), payload: JSON.stringify(message.payload) })]);
    },
    async has(id) {
      return (await readFirst(connection, positionOf({ id }))) !== null;
    },
    async after(id, { types, limit }) {
      let query = builder.selectFrom('bus_events').select(columns).orderBy('position').limit(limit);
      if (id !== null) {
        const start = await readFirst(connection, positionOf({ id }));
        if (start === null) return null;
        query = query.where('position', '>', start.position as never);
      }
      if (types !== undefined) query = query.where('type', 'in', [...types]);
      return (await readAll(connection, compiled(query))).map((row) => toMessage(row));
    },
    async since(at, { type }) {
      const query = builder.selectFrom('bus_events').select(columns).where('type', '=', type).where('at', '>=', Math.round(at));
      return (await readAll(connection, compiled(query.orderBy('position')))).map((row) => toMessage(row));
    },
    async prune(before) {
      await connection.commit([compiled(builder.deleteFrom('bus_events').where('at', '<', Math.round(before)))]);
    },
  };
}

function toMessage(row: Row): BusMessage {
  return { ...row, payload: JSON.parse(row.payload) as JsonObject };
}

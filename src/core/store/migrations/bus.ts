// Migration 5: the durable messages of the bus, in the order in which they were published. Never edit an applied migration.

import { createTable, dropTable, type TableSpec } from '#core/store/migrations/ddl.ts';
import type { Migration } from '#core/store/migrations/migration.ts';

const table: TableSpec = {
  name: 'bus_events',
  columns: {
    position: 'counted',
    id: 'text',
    correlation_id: 'text',
    cause: 'text?',
    version: 'integer',
    type: 'text',
    payload: 'text',
    at: 'integer',
  },
  unique: ['id'],
  indexes: [['type', 'at']],
};

export const bus: Migration = {
  id: 5,
  name: 'bus',
  up: (dialect) => createTable(dialect, table),
  down: (dialect) => [dropTable(dialect, table)],
};

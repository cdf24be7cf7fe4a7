// Migration 2: measurements of runtimes. Never edit an applied migration.

import { createTable, dropTable, type TableSpec } from '#core/store/migrations/ddl.ts';
import type { Migration } from '#core/store/migrations/migration.ts';

const table: TableSpec = {
  name: 'parity_results',
  columns: {
    id: 'counted',
    runtime: 'text',
    at: 'integer',
    duration_ms: 'real',
    available: 'integer',
    total: 'integer',
    results: 'text',
  },
  indexes: [['runtime', 'id']],
};

export const parity: Migration = {
  id: 2,
  name: 'parity',
  up: (dialect) => createTable(dialect, table),
  down: (dialect) => [dropTable(dialect, table)],
};

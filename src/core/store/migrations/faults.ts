// Migration 3: dead letters, and the results of side effects that were done. Never edit an applied migration.

import { createTable, dropTable, type TableSpec } from '#core/store/migrations/ddl.ts';
import type { Migration } from '#core/store/migrations/migration.ts';

const tables: readonly TableSpec[] = [
  {
    name: 'dead_letters',
    key: ['id'],
    columns: {
      id: 'text',
      run_id: 'text',
      path: 'text',
      status: 'text',
      stage: 'text',
      error: 'text',
      attempts: 'integer',
      at: 'integer',
      redrives: 'integer',
      note: 'text?',
    },
    indexes: [['status', 'at'], ['run_id']],
  },
  { name: 'effects', key: ['key'], columns: { key: 'text', run_id: 'text', at: 'integer', result: 'text' }, indexes: [['run_id']] },
];

export const faults: Migration = {
  id: 3,
  name: 'faults',
  up: (dialect) => tables.flatMap((table) => createTable(dialect, table)),
  down: (dialect) => tables.map((table) => dropTable(dialect, table)),
};

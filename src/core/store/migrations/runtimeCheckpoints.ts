// Migration 4: checkpoints of a runtime's own scheduler, for runs that have not ended. Never edit an applied migration.

import { createTable, dropTable, type TableSpec } from '#core/store/migrations/ddl.ts';
import type { Migration } from '#core/store/migrations/migration.ts';

const tables: readonly TableSpec[] = [
  {
    name: 'runtime_checkpoints',
    key: ['run_id', 'namespace', 'id'],
    clustered: true,
    columns: {
      run_id: 'text',
      namespace: 'text',
      id: 'text',
      parent_id: 'text?',
      format: 'text',
      checkpoint: 'bytes',
      metadata: 'bytes',
    },
  },
  {
    name: 'runtime_writes',
    key: ['run_id', 'namespace', 'checkpoint_id', 'task', 'position'],
    clustered: true,
    columns: {
      run_id: 'text',
      namespace: 'text',
      checkpoint_id: 'text',
      task: 'text',
      position: 'integer',
      channel: 'text',
      format: 'text',
      value: 'bytes',
    },
  },
];

export const runtimeCheckpoints: Migration = {
  id: 4,
  name: 'runtime checkpoints',
  up: (dialect) => tables.flatMap((table) => createTable(dialect, table)),
  down: (dialect) => tables.map((table) => dropTable(dialect, table)),
};

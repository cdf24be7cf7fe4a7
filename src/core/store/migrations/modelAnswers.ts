// Migration 7: answers of models by the content of the question. Never edit an applied migration.

import { createTable, dropTable, type TableSpec } from '#core/store/migrations/ddl.ts';
import type { Migration } from '#core/store/migrations/migration.ts';

const table: TableSpec = {
  name: 'model_answers',
  key: ['key'],
  columns: { key: 'text', at: 'integer', provider: 'text', model: 'text', data: 'text' },
  indexes: [['at']],
};

export const modelAnswers: Migration = {
  id: 7,
  name: 'modelAnswers',
  up: (dialect) => createTable(dialect, table),
  down: (dialect) => [dropTable(dialect, table)],
};

// Migration 6: an index that no query used, and that every commit of a run wrote. Never edit an applied migration.

import type { Migration } from '#core/store/migrations/migration.ts';

const INDEX = 'runs_by_status';

export const leanRuns: Migration = {
  id: 6,
  name: 'lean runs',
  up: ({ builder }) => [builder.schema.dropIndex(INDEX).compile()],
  down: ({ builder }) => [builder.schema.createIndex(INDEX).on('runs').column('status').compile()],
};

// Migration 1: runs and their projections, proposals, agents, governance and the small tables. Never edit an applied migration.

import { createTable, dropTable, type TableSpec } from '#core/store/migrations/ddl.ts';
import type { Migration } from '#core/store/migrations/migration.ts';

const runs: readonly TableSpec[] = [
  { name: 'workflows', key: ['hash'], columns: { hash: 'text', name: 'text', definition: 'text', first_used_at: 'integer' } },
  {
    name: 'runs',
    key: ['id'],
    columns: {
      id: 'text',
      workflow: 'text',
      status: 'text',
      created_at: 'integer',
      last_seq: 'integer',
      idempotency_key: 'text?',
      summary: 'text',
    },
    unique: ['idempotency_key'],
    indexes: [['created_at', 'id'], ['workflow', 'created_at'], ['status']],
  },
  { name: 'events', key: ['run_id', 'seq'], columns: { run_id: 'text', seq: 'integer', at: 'integer', type: 'text', data: 'text' } },
  {
    name: 'tasks',
    key: ['run_id', 'path'],
    clustered: true,
    columns: {
      run_id: 'text',
      path: 'text',
      status: 'text',
      agent: 'text?',
      attempt: 'integer?',
      started_at: 'integer?',
      ended_at: 'integer?',
      note: 'text?',
    },
  },
  {
    name: 'checkpoints',
    key: ['run_id', 'version'],
    clustered: true,
    columns: { run_id: 'text', version: 'integer', seq: 'integer', at: 'integer', path: 'text', status: 'text' },
  },
  { name: 'snapshots', key: ['run_id', 'seq'], columns: { run_id: 'text', seq: 'integer', format: 'integer', state: 'text' } },
];

const proposals: readonly TableSpec[] = [
  {
    name: 'proposals',
    key: ['id'],
    columns: { id: 'text', run_id: 'text?', status: 'text', created_at: 'integer', data: 'text' },
    indexes: [['run_id'], ['status']],
  },
  { name: 'blobs', key: ['hash'], columns: { hash: 'text', bytes: 'bytes' } },
  { name: 'journals', key: ['id'], columns: { id: 'text', proposal_id: 'text', data: 'text' } },
  {
    name: 'verdicts',
    key: ['id'],
    columns: { id: 'text', proposal_id: 'text', judge: 'text', verdict: 'text', at: 'integer', data: 'text' },
    indexes: [['proposal_id']],
  },
];

const agents: readonly TableSpec[] = [
  {
    name: 'executions',
    columns: {
      id: 'counted',
      agent: 'text',
      run_id: 'text',
      path: 'text',
      started_at: 'integer',
      duration_ms: 'real',
      ok: 'integer',
      error: 'text?',
    },
    indexes: [
      ['agent', 'id'],
      ['agent', 'ok', 'id'],
    ],
  },
  {
    name: 'usage',
    columns: {
      id: 'counted',
      run_id: 'text',
      path: 'text',
      agent: 'text',
      provider: 'text',
      model: 'text',
      at: 'integer',
      input_tokens: 'integer?',
      cached_input_tokens: 'integer?',
      output_tokens: 'integer?',
      cost_micro_usd: 'integer?',
    },
    indexes: [['run_id'], ['agent', 'at']],
  },
];

const others: readonly TableSpec[] = [
  { name: 'audit', columns: { id: 'counted', at: 'integer', actor: 'text', action: 'text', target: 'text', data: 'text' } },
  {
    name: 'metrics',
    columns: { id: 'counted', at: 'integer', name: 'text', value: 'real', labels: 'text' },
    indexes: [['name', 'at']],
  },
  { name: 'feature_migrations', key: ['id'], columns: { id: 'text', name: 'text', status: 'text', created_at: 'integer', data: 'text' } },
  {
    name: 'chat_sessions',
    key: ['id'],
    columns: { id: 'text', title: 'text', created_at: 'integer', updated_at: 'integer', data: 'text' },
    indexes: [['updated_at']],
  },
  {
    name: 'feedback',
    key: ['id'],
    columns: { id: 'text', run_id: 'text?', agent: 'text?', rating: 'integer', at: 'integer', data: 'text' },
    indexes: [['agent', 'at']],
  },
  { name: 'scoped_values', key: ['scope', 'key'], clustered: true, columns: { scope: 'text', key: 'text', data: 'text' } },
];

const tables = [...runs, ...proposals, ...agents, ...others];

export const initial: Migration = {
  id: 1,
  name: 'initial',
  up: (dialect) => tables.flatMap((table) => createTable(dialect, table)),
  down: (dialect) => tables.map((table) => dropTable(dialect, table)),
};

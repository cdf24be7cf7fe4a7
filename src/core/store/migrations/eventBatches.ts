// Migration 10: what one append adds to a run is one row, with the run's progress in it; steps and checkpoints are read from the
// events. A commit writes two pages instead of seven. Never edit an applied migration.

import { sql } from 'kysely';
import { createTable, dropTable, type TableSpec } from '#core/store/migrations/ddl.ts';
import type { Migration } from '#core/store/migrations/migration.ts';

const batches: TableSpec = {
  name: 'event_batches',
  key: ['run_id', 'last_seq'],
  columns: { run_id: 'text', first_seq: 'integer', last_seq: 'integer', progress: 'text?', data: 'bytes' },
};

/** As migration 1 made them. */
const events: TableSpec = {
  name: 'events',
  key: ['run_id', 'seq'],
  columns: { run_id: 'text', seq: 'integer', at: 'integer', type: 'text', data: 'text' },
};
const projections: readonly TableSpec[] = [
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
];

export const eventBatches: Migration = {
  id: 10,
  name: 'eventBatches',
  up: (dialect) => [
    ...createTable(dialect, batches),
    sql`insert into event_batches (run_id, first_seq, last_seq, data)
      select run_id, seq, seq, cast('[' || data || ']' as blob) from events order by run_id, seq`.compile(dialect.builder),
    ...[events, ...projections].map((table) => dropTable(dialect, table)),
  ],
  down: (dialect) => [
    ...[events, ...projections].flatMap((table) => createTable(dialect, table)),
    sql`insert into events (run_id, seq, at, type, data)
      select run_id, one.value ->> 'seq', cast(round(one.value ->> 'at') as integer), one.value ->> 'type', one.value
      from event_batches, json_each(cast(event_batches.data as text)) as one`.compile(dialect.builder),
    sql`insert into tasks (run_id, path, status, attempt, started_at, ended_at)
      select run_id, path, substr(max(seq || ' ' || type), instr(max(seq || ' ' || type), '.') + 1), max(attempt),
        max(case type when 'step.started' then at end), max(case type when 'step.started' then null else at end)
      from (select run_id, data ->> 'path' as path, printf('%012d', seq) as seq, type, at, data ->> 'attempt' as attempt from events
        where type in ('step.started', 'step.succeeded', 'step.failed', 'step.skipped', 'step.cancelled'))
      group by run_id, path`.compile(dialect.builder),
    sql`insert into checkpoints (run_id, version, seq, at, path, status)
      select run_id, data ->> 'version', seq, at, data ->> 'path', substr(type, 6) from events
      where data ->> 'version' is not null and type like 'step.%'`.compile(dialect.builder),
    dropTable(dialect, batches),
  ],
};

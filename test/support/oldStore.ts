// Stores as earlier versions of CAS left them: their schema from the migrations of that time, rows in the columns they had.

import path from 'node:path';
import fs from 'node:fs';
import { migrate } from '#core/store/migrations/migrate.ts';
import { append, created } from '#test/support/memoryStore.ts';
import { localConnection } from '#test/unit/store/testFiles.ts';

/** A finished run `run_old` with one event, written by the CAS of that migration. */
export async function writeOldStore(file: string, schema: number): Promise<void> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const connection = await localConnection(file);
  await migrate(connection, { now: 1, target: schema });
  const { events, summary } = append('run_old', 1, [created], { status: 'completed', endedAt: 2_000 });
  const values = { ...summary };
  await connection.commit([
    {
      sql: 'INSERT INTO runs (id, workflow, status, created_at, last_seq, idempotency_key, summary) VALUES (?, ?, ?, ?, ?, ?, ?)',
      parameters: ['run_old', values.workflow, 'completed', 1_000, 1, null, JSON.stringify(values)],
    },
    ...events.map((event) => ({
      sql: 'INSERT INTO events (run_id, seq, at, type, data) VALUES (?, ?, ?, ?, ?)',
      parameters: ['run_old', event.seq, event.at, event.type, JSON.stringify(event)],
    })),
    { sql: "INSERT INTO scoped_values (scope, key, data) VALUES ('s', 'k', '1')", parameters: [] },
  ]);
  await connection.close();
}

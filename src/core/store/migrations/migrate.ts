// Numbered migrations, each in a transaction of its own together with its row in schema_migrations.

import { createHash } from 'node:crypto';
import type { CompiledQuery } from 'kysely';
import type { Batch, StoreConnection } from '#core/store/connection.ts';
import type { SqlDialect } from '#core/store/dialect.ts';
import { storeSchemaMismatch, storeTooNew } from '#core/store/errors.ts';
import { auditChain } from '#core/store/migrations/auditChain.ts';
import { bus } from '#core/store/migrations/bus.ts';
import { createTable, type TableSpec } from '#core/store/migrations/ddl.ts';
import { eventBatches } from '#core/store/migrations/eventBatches.ts';
import { faults } from '#core/store/migrations/faults.ts';
import { figures } from '#core/store/migrations/figures.ts';
import { initial } from '#core/store/migrations/initial.ts';
import { leanRuns } from '#core/store/migrations/leanRuns.ts';
import type { Migration } from '#core/store/migrations/migration.ts';
import { modelAnswers } from '#core/store/migrations/modelAnswers.ts';
import { parity } from '#core/store/migrations/parity.ts';
import { runtimeCheckpoints } from '#core/store/migrations/runtimeCheckpoints.ts';
import { compiled, readAll } from '#core/store/query.ts';

export const migrations: readonly Migration[] = [
  initial,
  parity,
  faults,
  runtimeCheckpoints,
  bus,
  leanRuns,
  modelAnswers,
  auditChain,
  figures,
  eventBatches,
];

export interface MigrateOptions {
  /** Epoch milliseconds recorded with each applied migration. */
  readonly now: number;
  /** The id to end at, up or down; 0 undoes all. Default: the newest. */
  readonly target?: number;
  /** Default: the migrations of CAS. */
  readonly migrations?: readonly Migration[];
}

const historyTable: TableSpec = {
  name: 'schema_migrations',
  key: ['id'],
  columns: { id: 'integer', name: 'text', checksum: 'text', applied_at: 'integer' },
};

/**
 * Brings the schema to `target`. Refuses a store that a newer CAS wrote (`store.tooNew`) and one whose applied migrations
 * differ from those known here (`store.schemaMismatch`). A migration that fails leaves the ones before it applied.
 */
export async function migrate(
  connection: StoreConnection,
  options: MigrateOptions,
): Promise<{ readonly from: number; readonly to: number }> {
  const known = options.migrations ?? migrations;
  const { dialect } = connection;
  const from = await checkApplied(connection, known);
  const to = options.target ?? known.length;
  for (const migration of known.slice(from, to)) {
    const row = { id: migration.id, name: migration.name, checksum: checksum(migration, dialect), applied_at: options.now };
    const record = compiled(dialect.builder.insertInto('schema_migrations').values(row));
    const filled = (await migration.fill?.(connection)) ?? [];
    await connection.commit([...toBatch(migration.up(dialect)), ...filled, record]);
  }
  for (const migration of known.slice(to, from).reverse()) {
    const forget = compiled(dialect.builder.deleteFrom('schema_migrations').where('id', '=', migration.id));
    await connection.commit([...toBatch(migration.down(dialect)), forget]);
  }
  return { from, to };
}

async function checkApplied(connection: StoreConnection, known: readonly Migration[]): Promise<number> {
  const { dialect } = connection;
  await connection.commit(toBatch(createTable(dialect, historyTable, { ifNotExists: true })));
  const applied = await readAll(connection, compiled(dialect.builder.selectFrom('schema_migrations').selectAll().orderBy('id')));
  for (const [index, row] of applied.entries()) {
    const migration = known[index];
    if (!migration) throw storeTooNew({ found: applied.at(-1)?.id ?? row.id, known: known.length });
    if (row.id !== migration.id || row.checksum !== checksum(migration, dialect)) {
      throw storeSchemaMismatch({ id: row.id, stored: row.name, expected: migration.name });
    }
  }
  return applied.length;
}

/** Over the SQL, so that an edit of an applied migration is noticed. */
function checksum(migration: Migration, dialect: SqlDialect): string {
  const text = migration.up(dialect).map((query) => query.sql);
  return createHash('sha256').update(text.join(';\n')).digest('hex');
}

function toBatch(queries: readonly CompiledQuery[]): Batch {
  return queries.map((query) => ({ sql: query.sql, parameters: [] }));
}

// Table definitions of migrations as data, turned into the DDL of a dialect.

import type { CompiledQuery } from 'kysely';
import type { ColumnType, SqlDialect } from '#core/store/dialect.ts';

export interface TableSpec {
  readonly name: string;
  /** Type by column; `?` allows null; `counted` is a key that the database counts up itself. */
  readonly columns: { readonly [column: string]: ColumnType | `${ColumnType}?` | 'counted' };
  /** Columns of the primary key; left out for a counted key. */
  readonly key?: readonly string[];
  /** Rows lie in key order: for small rows that are found by their key. */
  readonly clustered?: boolean;
  readonly unique?: readonly string[];
  readonly indexes?: readonly (readonly string[])[];
}

export function createTable(dialect: SqlDialect, table: TableSpec, options?: { readonly ifNotExists: boolean }): readonly CompiledQuery[] {
  const { schema } = dialect.builder;
  let create = schema.createTable(table.name);
  if (options?.ifNotExists) create = create.ifNotExists();
  for (const [column, kind] of Object.entries(table.columns)) {
    if (kind === 'counted') {
      create = create.addColumn(column, dialect.countedKey as never);
      continue;
    }
    const nullable = kind.endsWith('?');
    const type = dialect.columnTypes[kind.replace('?', '') as ColumnType];
    create = create.addColumn(column, type as never, (definition) => (nullable ? definition : definition.notNull()));
  }
  if (table.key) create = create.addPrimaryKeyConstraint(`${table.name}_key`, [...table.key] as never[]);
  for (const column of table.unique ?? []) create = create.addUniqueConstraint(`${table.name}_${column}_unique`, [column as never]);
  const indexes = (table.indexes ?? []).map((columns) =>
    schema
      .createIndex(`${table.name}_by_${columns.join('_')}`)
      .on(table.name)
      .columns([...columns])
      .compile(),
  );
  return [create.modifyEnd(dialect.tableEnd({ clustered: table.clustered ?? false })).compile(), ...indexes];
}

export function dropTable(dialect: SqlDialect, table: TableSpec): CompiledQuery {
  return dialect.builder.schema.dropTable(table.name).compile();
}

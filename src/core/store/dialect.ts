// The one place that knows how a database differs from the others: column types, table endings, the SQL compiler.

import { DummyDriver, Kysely, type RawBuilder, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely';
import type { StoreSchema } from '#core/store/schema.ts';

export type ColumnType = 'text' | 'integer' | 'real' | 'bytes';

export interface SqlDialect {
  readonly name: 'sqlite' | 'postgres';
  /** Builds and compiles queries; it has no connection of its own. */
  readonly builder: Kysely<StoreSchema>;
  readonly columnTypes: { readonly [T in ColumnType]: RawBuilder<unknown> };
  /** A key that the database counts up itself. */
  readonly countedKey: RawBuilder<unknown>;
  /** A field of a column that holds a JSON object, as it is compared. */
  readonly jsonField: (column: string, field: string) => RawBuilder<string | number | null>;
  /** The values of a column in a group, as text with commas between, in no order. Null for none. */
  readonly listOf: (column: RawBuilder<unknown>) => RawBuilder<string | null>;
  /** What follows the closing parenthesis of a table whose rows are (`clustered`) or are not stored in key order. */
  tableEnd(options: { readonly clustered: boolean }): RawBuilder<unknown>;
}

export const sqliteDialect: SqlDialect = {
  name: 'sqlite',
  builder: new Kysely<StoreSchema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  columnTypes: { text: sql`text`, integer: sql`integer`, real: sql`real`, bytes: sql`blob` },
  countedKey: sql`integer primary key`,
  jsonField: (column, field) => sql`json_extract(${sql.ref(column)}, ${`$.${field}`})`,
  listOf: (column) => sql<string | null>`group_concat(${column})`,
  tableEnd: ({ clustered }) => (clustered ? sql`strict, without rowid` : sql`strict`),
};

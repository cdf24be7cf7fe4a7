// One numbered step of the schema, forth and back.

import type { CompiledQuery } from 'kysely';
import type { Batch, StoreConnection } from '#core/store/connection.ts';
import type { SqlDialect } from '#core/store/dialect.ts';

export interface Migration {
  /** 1, 2, 3, … without gaps. */
  readonly id: number;
  readonly name: string;
  up(dialect: SqlDialect): readonly CompiledQuery[];
  /** What the rows that are there need besides `up`, in the same commit; it sees the store as it is before. */
  fill?(connection: StoreConnection): Promise<Batch>;
  /** Undoes `up`; the rows of what it drops are lost. */
  down(dialect: SqlDialect): readonly CompiledQuery[];
}

// One numbered step of the schema, forth and back.

import type { CompiledQuery } from 'kysely';
import type { SqlDialect } from '#core/store/dialect.ts';

export interface Migration {
  /** 1, 2, 3, … without gaps. */
  readonly id: number;
  readonly name: string;
  up(dialect: SqlDialect): readonly CompiledQuery[];
  /** Undoes `up`; the rows of what it drops are lost. */
  down(dialect: SqlDialect): readonly CompiledQuery[];
}

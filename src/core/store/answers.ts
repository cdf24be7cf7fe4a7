// Answers of models, by the content of the question they were given to.

import type { Json } from '#base/json.ts';
import type { StoreConnection } from '#core/store/connection.ts';
import { compiled, prepared, readFirst } from '#core/store/query.ts';
import type { AnswersRepository } from '#core/store/store.ts';

export function createAnswersRepository(connection: StoreConnection): AnswersRepository {
  const { builder } = connection.dialect;
  const one = prepared<{ key: string }, { at: number; provider: string; model: string; data: string }>((p) =>
    builder.selectFrom('model_answers').select(['at', 'provider', 'model', 'data']).where('key', '=', p.key),
  );
  return {
    async get(key) {
      const row = await readFirst(connection, one({ key }));
      return row === null ? null : { ...row, key, data: JSON.parse(row.data) as Json };
    },
    async put({ data, at, ...row }) {
      const insert = builder.insertInto('model_answers').values({ ...row, at: Math.round(at), data: JSON.stringify(data) });
      await connection.commit([compiled(insert.onConflict((conflict) => conflict.column('key').doNothing()))]);
    },
  };
}

// Lists of runs in parts, filtered in the database.

import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { StoreConnection } from '#core/store/connection.ts';
import { compiled, displayText, readAll, readFirst } from '#core/store/query.ts';
import { progressColumn, runRowOf } from '#core/store/runRows.ts';
import type { RunRow, RunsRepository } from '#core/store/store.ts';
import type { RunPageQuery } from '#protocol/runPage.ts';

export const FINISHED: readonly RunRow['status'][] = ['completed', 'partial', 'failed', 'cancelled'];
const PAGE = 100;

export function runPages(connection: StoreConnection): Pick<RunsRepository, 'page' | 'workflows'> {
  const { builder, jsonField } = connection.dialect;

  function matching({ state, workflow, text }: RunPageQuery) {
    let query = builder.selectFrom('runs');
    if (workflow !== undefined) query = query.where('workflow', '=', workflow);
    if (state === 'live' || state === 'waiting') query = query.where('status', 'not in', FINISHED);
    else if (state !== undefined) query = query.where('status', '=', state);
    if (state === 'waiting') query = query.where(jsonField('summary', 'waitingDecisions'), '>', 0);
    const wanted = displayText(text?.trim() ?? '');
    if (wanted === '') return query;
    const places = [
      like(jsonField('summary', 'title'), `%${escaped(wanted)}%`),
      like(sql.ref('workflow'), `%${escaped(wanted)}%`),
      like(sql.ref('id'), `${escaped(wanted)}%`),
    ];
    return query.where((where) => where.or(places));
  }

  return {
    async page(query = {}) {
      const matches = matching(query);
      const count = compiled(matches.select(({ fn }) => fn.countAll<number>().as('total')));
      const part = matches.select(['summary', progressColumn]).orderBy('created_at', 'desc').orderBy('id', 'desc');
      const rows = compiled(part.limit(query.limit ?? PAGE).offset(query.offset ?? 0));
      const [counted, found] = await Promise.all([readFirst(connection, count), readAll(connection, rows)]);
      return { total: counted?.total ?? 0, runs: found.map(runRowOf) };
    },

    async workflows() {
      const rows = await readAll(connection, compiled(builder.selectFrom('runs').select('workflow').distinct().orderBy('workflow')));
      return rows.map((row) => row.workflow);
    },
  };
}

/** Its own wildcards are plain characters. */
function escaped(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

function like(value: RawBuilder<unknown>, pattern: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`lower(${value}) like lower(${pattern}) escape '\\'`;
}

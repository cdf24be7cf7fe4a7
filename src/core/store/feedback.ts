// What people said, and what it and the outcomes of executions count for.

import { type RawBuilder, sql } from 'kysely';
import { raw } from '#core/store/care/runTables.ts';
import type { StoreConnection } from '#core/store/connection.ts';
import { compiled, displayText, readAll } from '#core/store/query.ts';
import type { CapabilityEvidence, FeedbackRepository } from '#core/store/store.ts';
import type { FeedbackNote, FeedbackShare } from '#protocol/feedback.ts';

/** As it lies in the column `data`. */
type Data = Pick<FeedbackNote, 'target' | 'title' | 'reason' | 'text'>;
const [GOOD, BAD] = [5, 1];

export function createFeedbackRepository(connection: StoreConnection): FeedbackRepository {
  const { builder } = connection.dialect;
  const all = <Row>(query: RawBuilder<Row>): Promise<readonly Row[]> => readAll(connection, raw(connection, query));
  const removal = (id: string) => [
    compiled(builder.deleteFrom('feedback_shares').where('feedback_id', '=', id)),
    compiled(builder.deleteFrom('feedback').where('id', '=', id)),
  ];
  return {
    async put({ id, at, rating, target, title, reason, text, shares }) {
      const data: Data = { target, title: displayText(title), reason, text };
      const row = {
        id,
        run_id: target.kind === 'run' ? target.id : null,
        agent: target.kind === 'agent' ? target.id : null,
        rating: rating === 'up' ? GOOD : BAD,
        at: Math.round(at),
        data: JSON.stringify(data),
      };
      const good = rating === 'up' ? 1 : 0;
      const parts = shares.map((share) => builder.insertInto('feedback_shares').values({ feedback_id: id, good, ...share }));
      await connection.commit([
        ...removal(id),
        compiled(builder.insertInto('feedback').values(row)),
        ...parts.map((part) => compiled(part)),
      ]);
    },

    async remove(id) {
      const [found] = await readAll(connection, compiled(builder.selectFrom('feedback').select('id').where('id', '=', id)));
      if (found === undefined) return false;
      await connection.commit(removal(id));
      return true;
    },

    async list(limit) {
      const newest = builder.selectFrom('feedback').select(['id', 'at', 'rating', 'data']).orderBy('at', 'desc').orderBy('id').limit(limit);
      const rows = await readAll(connection, compiled(newest));
      const shares = await readAll(
        connection,
        compiled(builder.selectFrom('feedback_shares').selectAll().orderBy('agent').orderBy('capability')),
      );
      const own = Map.groupBy(shares, (share) => share.feedback_id);
      return rows.map(({ id, at, rating, data }): FeedbackNote => {
        const parts = (own.get(id) ?? []).map(({ agent, capability, share }): FeedbackShare => ({ agent, capability, share }));
        return { id, at, rating: rating > BAD ? 'up' : 'down', ...(JSON.parse(data) as Data), shares: parts };
      });
    },

    async workedIn(runId, path) {
      const step = path === undefined ? sql`1 = 1` : sql`path = ${path}`;
      return all(sql<{ agent: string; capability: string }>`select distinct agent, coalesce(capability, '') as capability
        from executions where run_id = ${runId} and ${step} order by 1, 2`);
    },

    async evidence() {
      const [runs, notes] = await Promise.all([
        all(sql<{ agent: string; capability: string; runs: number; succeeded: number }>`select agent, capability, count(*) as runs,
          sum(ok) as succeeded from executions where capability is not null group by agent, capability`),
        all(sql<{ agent: string; capability: string; good: number; bad: number; notes: number }>`select agent, capability,
          sum(case when good = 1 then share else 0 end) as good, sum(case when good = 1 then 0 else share end) as bad,
          count(*) as notes from feedback_shares group by agent, capability`),
      ]);
      const known = new Map<string, CapabilityEvidence>();
      const none = { runs: 0, succeeded: 0, good: 0, bad: 0, notes: 0 };
      for (const row of [...runs, ...notes]) {
        const key = `${row.agent}\n${row.capability}`;
        known.set(key, { ...none, ...known.get(key), ...row });
      }
      return [...known.values()];
    },
  };
}

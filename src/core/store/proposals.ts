// Proposals, the blobs they refer to, and the journal of writes in progress.

import type { Statement, StoreConnection } from '#core/store/connection.ts';
import { pickOne, PREFIX_CANDIDATES, prefixEnd } from '#core/store/prefix.ts';
import { compiled, prepared, type Query, readAll, readFirst } from '#core/store/query.ts';
import type { ApplyJournalRow, ProposalRow, ProposalsRepository } from '#core/store/store.ts';

const ROW = ['id', 'run_id as runId', 'status', 'created_at as createdAt', 'data'] as const;

export function createProposalsRepository(connection: StoreConnection): ProposalsRepository {
  const { builder } = connection.dialect;
  const rows = builder.selectFrom('proposals').select(ROW);
  const byId = prepared<{ id: string }, ProposalRow>((p) => rows.where('id', '=', p.id));
  const startingWith = prepared<{ from: string; to: string }, ProposalRow>((p) =>
    rows.where('id', '>=', p.from).where('id', '<', p.to).orderBy('id').limit(PREFIX_CANDIDATES),
  );
  const blobOf = prepared<{ hash: string }, { bytes: Uint8Array }>((p) =>
    builder.selectFrom('blobs').select('bytes').where('hash', '=', p.hash),
  );
  const openJournals = compiled<ApplyJournalRow>(
    builder.selectFrom('journals').select(['id', 'proposal_id as proposalId', 'data']).orderBy('id'),
  );

  const saving = ({ id, runId, status, createdAt, data }: ProposalRow): Query<unknown> =>
    compiled(
      builder
        .insertInto('proposals')
        .values({ id, run_id: runId, status, created_at: Math.round(createdAt), data })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ status, data })),
    );
  const dropping = (id: string): Statement => compiled(builder.deleteFrom('journals').where('id', '=', id));

  return {
    save: (row) => connection.commit([saving(row)]),
    get: (id) => readFirst(connection, byId({ id })),

    async find(prefix) {
      if (prefix === '') return null;
      return pickOne('proposal', prefix, await readAll(connection, startingWith({ from: prefix, to: prefixEnd(prefix) })));
    },

    /** Newest first. */
    async list(filter = {}) {
      let query = rows.orderBy('created_at', 'desc').orderBy('id', 'desc');
      if (filter.runId !== undefined) query = query.where('run_id', '=', filter.runId);
      if (filter.status !== undefined) query = query.where('status', 'in', filter.status);
      return readAll(connection, compiled(query));
    },

    async putBlob(hash, bytes) {
      const insert = builder.insertInto('blobs').values({ hash, bytes });
      await connection.commit([compiled(insert.onConflict((conflict) => conflict.doNothing()))]);
    },
    getBlob: async (hash) => (await readFirst(connection, blobOf({ hash })))?.bytes ?? null,

    beginJournal: ({ id, proposalId, data }) =>
      connection.commit([compiled(builder.insertInto('journals').values({ id, proposal_id: proposalId, data }))]),
    endJournal: (id, row) => connection.commit([{ ...dropping(id), mustChange: 1 }, saving(row)]),
    dropJournal: (id) => connection.commit([dropping(id)]),
    openJournals: () => readAll(connection, openJournals),
  };
}

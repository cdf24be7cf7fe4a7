// Which runs a retention policy would remove, and which of them stay all the same.

import type { StoreConnection } from '#core/store/connection.ts';
import { compiled, readAll } from '#core/store/query.ts';
import type { RunRow } from '#core/store/store.ts';
import type { PrunedRun, PruneReport, RetentionPolicy } from '#protocol/storeCare.ts';

export const DAY_MS = 86_400_000;

const FINISHED: ReadonlySet<string> = new Set<RunRow['status']>(['completed', 'partial', 'failed', 'cancelled']);
/** Runs looked at in one read. */
const PAGE = 500;

/** A run as it was when it was looked at. */
export interface Candidate {
  readonly run: PrunedRun;
  readonly lastSeq: number;
}

export interface Candidates {
  /** Oldest first. */
  readonly runs: readonly Candidate[];
  readonly kept: PruneReport['kept'];
}

/** Never one that has not ended, is live, or has open proposals. */
export async function findCandidates(
  connection: StoreConnection,
  policy: RetentionPolicy,
  { now, isLive }: { readonly now: number; readonly isLive: (run: RunRow) => boolean },
): Promise<Candidates> {
  const runs: Candidate[] = [];
  const kept: PruneReport['kept'][number][] = [];
  let rank = 0;
  for await (const page of pagesOfRuns(connection)) {
    const due = page.flatMap((run) => {
      rank += 1;
      const because = reasonFor(run, { rank, policy, now });
      return because === null ? [] : [{ run, because }];
    });
    const open = await withOpenProposals(
      connection,
      due.map(({ run }) => run.id),
    );
    for (const { run, because } of due) {
      const { id, workflow, status, lastSeq } = run;
      if (isLive(run)) kept.push({ id, because: 'live' });
      else if (open.has(id)) kept.push({ id, because: 'openProposals' });
      else runs.push({ run: { id, workflow, status, endedAt: run.endedAt ?? run.createdAt, because }, lastSeq });
    }
  }
  return { runs: runs.toReversed(), kept: kept.toReversed() };
}

interface Situation {
  /** 1 for the newest run. */
  readonly rank: number;
  readonly policy: RetentionPolicy;
  readonly now: number;
}

function reasonFor(run: RunRow, { rank, policy, now }: Situation): PrunedRun['because'] | null {
  if (!FINISHED.has(run.status)) return null;
  const { runsDays, runsNewest } = policy;
  if (runsDays !== null && (run.endedAt ?? run.createdAt) < now - runsDays * DAY_MS) return 'age';
  return runsNewest !== null && rank > runsNewest ? 'count' : null;
}

/** Newest first. */
async function* pagesOfRuns(connection: StoreConnection): AsyncGenerator<readonly RunRow[]> {
  const { builder } = connection.dialect;
  const newestFirst = builder
    .selectFrom('runs')
    .select(['id', 'created_at', 'last_seq', 'summary'])
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc');
  for (let query = newestFirst; ;) {
    const page = await readAll(connection, compiled(query.limit(PAGE)));
    // How far an ended run is its head knows: it was written when the run ended.
    yield page.map(({ last_seq: lastSeq, summary }) => ({ ...(JSON.parse(summary) as RunRow), lastSeq }));
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    query = newestFirst.where((e) =>
      e.or([e('created_at', '<', last.created_at), e.and([e('created_at', '=', last.created_at), e('id', '<', last.id)])]),
    );
  }
}

/** Undecided, or being written into files this moment. */
async function withOpenProposals(connection: StoreConnection, runIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (runIds.length === 0) return new Set();
  const { builder } = connection.dialect;
  const query = builder
    .selectFrom('proposals')
    .select('run_id')
    .distinct()
    .where('run_id', 'in', [...runIds])
    .where((e) => e.or([e('status', '=', 'open'), e('id', 'in', e.selectFrom('journals').select('proposal_id'))]));
  const rows = await readAll(connection, compiled(query));
  return new Set(rows.flatMap(({ run_id: id }) => id ?? []));
}

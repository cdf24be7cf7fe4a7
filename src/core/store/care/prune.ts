// Removes what a retention policy no longer keeps: whole runs, one after the other, then blobs nobody refers to, then old figures.

import { hasCode } from '#base/errors.ts';
import { findOrphans, removeBlobs } from '#core/store/care/blobs.ts';
import { type Candidate, findCandidates } from '#core/store/care/candidates.ts';
import { pruneAudit } from '#core/store/care/auditTrail.ts';
import { pruneDated } from '#core/store/care/dated.ts';
import { hasRows, measureRun, nothing, removalOf, sum } from '#core/store/care/runTables.ts';
import type { StoreConnection } from '#core/store/connection.ts';
import { compiled, readAll } from '#core/store/query.ts';
import type { RunRow } from '#core/store/store.ts';
import type { FolderSizes, PruneReport, RetentionPolicy } from '#protocol/storeCare.ts';

/** The folders `.cas/runs/<id>/`. */
export interface RunFolders {
  /** All of them, or the one of a run; zeros when it has none. */
  measure(runId?: string): Promise<FolderSizes>;
  /** Nothing happens when there is none. */
  remove(runId: string): Promise<void>;
}

export interface PruneOptions {
  /** Epoch ms. */
  readonly now: number;
  /** True: only tells what would go. */
  readonly dryRun: boolean;
  /** Runs that are worked on stay. */
  readonly isLive: (run: Pick<RunRow, 'id' | 'runtime'>) => boolean;
  readonly folders: RunFolders;
}

export interface PruneContext {
  readonly connection: StoreConnection;
  /** Blobs put since the store was opened. */
  readonly fresh: ReadonlySet<string>;
}

/** In `scoped_values`: runs that are being removed. A crash leaves their names, and maybe some of their rows, behind. */
const UNDER_WAY = 'store.pruning';

/**
 * Run by run, in batches of bounded size. Stopped or killed half way, a run is there whole or no longer there, and the next call
 * removes what was left of it. A dry run says what a call at the same moment removes.
 */
export async function prune(
  { connection, fresh }: PruneContext,
  policy: RetentionPolicy,
  options: PruneOptions,
): Promise<Omit<PruneReport, 'durationMs'>> {
  const { dryRun, folders } = options;
  if (!dryRun) await finishEarlier(connection, folders);
  const { runs, kept } = await findCandidates(connection, policy, options);
  const gone: Candidate[] = [];
  let measured = nothing;
  let runFolders: FolderSizes = { folders: 0, files: 0, bytes: 0 };
  for (const candidate of runs) {
    const { id } = candidate.run;
    const [rows, size] = [await measureRun(connection, id), await folders.measure(id)];
    if (!dryRun && !(await removeRun(connection, candidate, folders))) continue;
    gone.push(candidate);
    measured = sum(measured, rows);
    runFolders = { folders: runFolders.folders + size.folders, files: runFolders.files + size.files, bytes: runFolders.bytes + size.bytes };
  }
  const orphans = await findOrphans(connection, { without: new Set(gone.map(({ run }) => run.id)), fresh });
  if (!dryRun) await removeBlobs(connection, orphans.hashes, fresh);
  measured = sum(measured, { rows: { ...nothing.rows, blobs: orphans.hashes.length }, bytes: orphans.bytes });
  measured = sum(measured, await pruneAudit(connection, policy, options));
  const { rows, bytes } = sum(measured, await pruneDated(connection, policy, options));
  return { dryRun, policy, runs: gone.map(({ run }) => run), kept, rows, bytes, runFolders };
}

/** False when it is not what it was any more: somebody resumed it or took a decision back meanwhile. */
async function removeRun(connection: StoreConnection, { run, lastSeq }: Candidate, folders: RunFolders): Promise<boolean> {
  const { builder } = connection.dialect;
  const open = builder.selectFrom('proposals').select('id').where('run_id', '=', run.id).where('status', '=', 'open');
  const row = builder
    .deleteFrom('runs')
    .where('id', '=', run.id)
    .where('last_seq', '=', lastSeq)
    .where((e) => e.not(e.exists(open)));
  const note = builder.insertInto('scoped_values').values({ scope: UNDER_WAY, key: run.id, data: 'true' });
  try {
    await connection.commit([{ ...compiled(row), mustChange: 1 }, compiled(note), ...removalOf(connection, run.id)]);
  } catch (error) {
    if (hasCode(error, 'store.conflict')) return false;
    throw error;
  }
  await finish(connection, run.id, folders);
  return true;
}

async function finishEarlier(connection: StoreConnection, folders: RunFolders): Promise<void> {
  const notes = connection.dialect.builder.selectFrom('scoped_values').select('key').where('scope', '=', UNDER_WAY);
  for (const { key } of await readAll(connection, compiled(notes))) await finish(connection, key, folders);
}

async function finish(connection: StoreConnection, runId: string, folders: RunFolders): Promise<void> {
  while (await hasRows(connection, runId)) await connection.commit(removalOf(connection, runId));
  await folders.remove(runId);
  const note = connection.dialect.builder.deleteFrom('scoped_values').where('scope', '=', UNDER_WAY).where('key', '=', runId);
  await connection.commit([compiled(note)]);
}

// A run's state from the store: its newest snapshot and the events after it, or all its events.

import type { Log } from '#core/ports.ts';
import type { RunsRepository } from '#core/store/store.ts';
import type { RunEventOf } from '#protocol/runEvents.ts';
import { runNotFound } from '#core/engine/errors.ts';
import { replay } from '#core/engine/reduce.ts';
import { decodeSnapshot } from '#core/engine/snapshot.ts';
import type { RunState } from '#core/engine/state.ts';

export interface LoadOptions {
  /** Told of a snapshot that cannot be read: the run is replayed from all its events then. */
  readonly log?: Pick<Log, 'warn'>;
}

/** Throws `run.notFound`, and `engine.corruptHistory` or `engine.unknownFlag` for a history this engine cannot follow. */
export async function loadRun(
  runs: Pick<RunsRepository, 'events' | 'snapshot'>,
  runId: string,
  options: LoadOptions = {},
): Promise<RunState> {
  const [created] = await runs.events(runId, { limit: 1 });
  if (created?.type !== 'run.created') throw runNotFound(runId);
  const state = await fromSnapshot(runs, created, options);
  if (state === null) return replay(await runs.events(runId));
  const since = await runs.events(runId, { afterSeq: state.seq });
  const goesFurtherBack = since.some((event) => event.type === 'run.rewound' && event.toSeq <= state.seq);
  return goesFurtherBack ? replay(await runs.events(runId)) : replay(since, state);
}

async function fromSnapshot(
  runs: Pick<RunsRepository, 'snapshot'>,
  created: RunEventOf<'run.created'>,
  { log }: LoadOptions,
): Promise<RunState | null> {
  const snapshot = await runs.snapshot(created.runId);
  if (snapshot === null) return null;
  try {
    return decodeSnapshot(snapshot, created);
  } catch (error) {
    log?.warn('A snapshot of a run is damaged; the run is replayed from its events.', {
      runId: created.runId,
      seq: snapshot.seq,
      reason: String(error),
    });
    return null;
  }
}

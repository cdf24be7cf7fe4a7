// A run's state from the store: its newest snapshot and the events after it.

import type { RunsRepository } from '#core/store/store.ts';
import { runNotFound } from '#core/engine/errors.ts';
import { replay } from '#core/engine/reduce.ts';
import { decodeSnapshot } from '#core/engine/snapshot.ts';
import type { RunState } from '#core/engine/state.ts';

/** Throws `run.notFound`, and `engine.corruptHistory` or `engine.unknownFlag` for a history this engine cannot follow. */
export async function loadRun(runs: Pick<RunsRepository, 'events' | 'snapshot'>, runId: string): Promise<RunState> {
  const [created] = await runs.events(runId, { limit: 1 });
  if (created?.type !== 'run.created') throw runNotFound(runId);
  const snapshot = await runs.snapshot(runId);
  const state = snapshot === null ? null : decodeSnapshot(snapshot, created);
  if (state === null) return replay(await runs.events(runId));
  return replay(await runs.events(runId, { afterSeq: state.seq }), state);
}

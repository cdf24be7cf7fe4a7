// The history a forked run begins with: that of the run it comes from, as its own.

import type { JsonObject } from '#base/json.ts';
import type { RunEvent, RunEventOf } from '#protocol/runEvents.ts';
import { corruptHistory } from '#core/engine/errors.ts';
import { effectiveEvents } from '#core/engine/rewind.ts';

export interface Fork {
  readonly runId: string;
  readonly now: number;
  /** Of the run and version it comes from. */
  readonly version: number;
  readonly inputs: JsonObject;
  readonly title: string;
  readonly hasModel: boolean;
  readonly runtime: string;
  readonly by: string;
}

/**
 * `past` is the history up to the version. What no longer counts in it is left out, versions are counted anew, and what the reused
 * steps used and proposed stays with the run that paid for it. Times are those of the work. Ends paused, with nothing in flight.
 */
export function forkedEvents(past: readonly RunEvent[], fork: Fork): readonly RunEvent[] {
  const [created] = past;
  if (created?.type !== 'run.created') throw corruptHistory(fork.runId, 1, created?.seq ?? 0);
  const events: RunEvent[] = [createdFork(created, fork)];
  let version = 0;
  for (const event of effectiveEvents(past).slice(1)) {
    if (event.type === 'proposal.created') continue;
    const placed = { runId: fork.runId, seq: events.length + 1 };
    const counted = 'version' in event && event.version !== null ? { version: (version += 1) } : {};
    const unbilled = 'usage' in event ? { usage: [] } : {};
    const standing = event.type === 'run.rewound' ? { toSeq: events.length, toVersion: version, setAside: [], redrive: null } : {};
    events.push({ ...event, ...placed, ...counted, ...unbilled, ...standing });
  }
  const { runId, now: at, by } = fork;
  const reason = `forked from v${fork.version} of ${created.runId}`;
  const begins = { toVersion: version, toSeq: events.length, setAside: [], redrive: null, by, reason };
  events.push({ type: 'run.rewound', runId, seq: events.length + 1, at, ...begins });
  return events;
}

function createdFork(created: RunEventOf<'run.created'>, fork: Fork): RunEventOf<'run.created'> {
  const { runId, now: at, version, inputs, title, hasModel, runtime } = fork;
  const forkedFrom = { runId: created.runId, version };
  return { ...created, runId, seq: 1, at, inputs, title, hasModel, runtime, idempotencyKey: null, forkedFrom };
}

// Going back: which events of a history still count, and what the run is like right after it went back.

import type { RunEvent, RunEventOf } from '#protocol/runEvents.ts';
import { countingEvents } from '#protocol/rewinds.ts';
import { addUsage } from '#protocol/usage.ts';
import { corruptHistory } from '#core/engine/errors.ts';
import type { RunState } from '#core/engine/state.ts';

/** As `countingEvents`; throws `engine.corruptHistory` for a rewind to before `events` begins. */
export function effectiveEvents(events: readonly RunEvent[], afterSeq = 0): readonly RunEvent[] {
  return countingEvents<RunEvent>(events, afterSeq, (event) => {
    throw corruptHistory(event.runId, event.seq, 'toSeq' in event ? event.toSeq : 0);
  });
}

/** Whether event `seq` no longer counts. `rewinds`: all of the run, in order. */
export function isSetAside(seq: number, rewinds: readonly RunEventOf<'run.rewound'>[]): boolean {
  let end = Number.POSITIVE_INFINITY;
  for (let index = rewinds.length - 1; index >= 0; index -= 1) {
    const rewind = rewinds[index];
    if (rewind === undefined || rewind.seq > end) continue;
    if (seq > rewind.toSeq && seq < rewind.seq) return true;
    end = rewind.toSeq;
  }
  return false;
}

/**
 * `state` is what it was right after event `toSeq`; `setAside` are the events since. What was spent, proposed and undone in them
 * stays true, and versions go on counting. Work that was in flight begins anew, limits of composites too. The run is paused.
 */
export function applyRewound(state: RunState, event: RunEventOf<'run.rewound'>, setAside: readonly RunEvent[]): void {
  for (const past of setAside) tally(state, past);
  for (const instance of state.steps.values()) {
    const { state: now, step } = instance;
    if (step.kind === 'task') {
      if (now.status === 'assigned' || now.status === 'running' || now.status === 'retrying') instance.state = { status: 'queued' };
    } else if (now.status === 'running' && step.timeoutMs !== null) {
      instance.state = { ...now, startedAt: event.at };
    }
  }
  state.active.clear();
  state.phase = { status: 'paused', by: event.by, reason: event.reason };
  state.seq = event.seq;
}

function tally(state: RunState, event: RunEvent): void {
  if ('version' in event && event.version !== null) state.version = event.version;
  if (event.type === 'proposal.created') state.proposals += 1;
  if (event.type === 'step.compensated') state.undone.set(event.path, (state.undone.get(event.path) ?? 0) + 1);
  if ('usage' in event && event.usage.length > 0) state.usage = addUsage([...state.usage, ...event.usage]);
}

// What an event changes in the tables that are read without replay: tasks, checkpoints, workflows. Pure.

import type { RunEvent } from '#protocol/runEvents.ts';
import type { CheckpointView, StepStatus } from '#protocol/runView.ts';

/** Fields that are null keep what the row has, except `endedAt` and `note`, which follow the newest event. */
export interface TaskChange {
  readonly path: string;
  readonly status: StepStatus;
  readonly agent: string | null;
  readonly attempt: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly note: string | null;
}

type Known = Partial<Omit<TaskChange, 'path' | 'status'>>;

function change(path: string, status: StepStatus, known: Known = {}): readonly [TaskChange] {
  return [{ path, status, agent: null, attempt: null, startedAt: null, endedAt: null, note: null, ...known }];
}

export function taskChanges(event: RunEvent): readonly TaskChange[] {
  switch (event.type) {
    case 'step.queued':
      return change(event.path, 'queued');
    case 'step.assigned':
      return change(event.path, 'assigned', { agent: event.agent });
    case 'step.started':
      return change(event.path, 'running', { attempt: event.attempt, startedAt: event.at });
    case 'decision.requested':
      return change(event.path, 'waiting', { note: event.title });
    case 'decision.made':
      return change(event.path, 'running');
    case 'run.recovered':
      return event.interrupted.flatMap((path) => change(path, 'queued'));
    case 'run.rewound':
      return event.setAside.flatMap((path) => change(path, 'pending'));
    case 'step.succeeded':
      return change(event.path, 'succeeded', { attempt: event.attempt, endedAt: event.at, note: event.summary });
    case 'step.failed': {
      const known = { attempt: event.attempt, endedAt: event.at, note: event.error.message };
      return change(event.path, event.retryAt === null ? 'failed' : 'retrying', known);
    }
    case 'step.skipped':
      return change(event.path, 'skipped', { endedAt: event.at, note: event.reason });
    case 'step.cancelled':
      return change(event.path, 'cancelled', { endedAt: event.at, note: event.reason });
    case 'step.overridden':
      return change(event.path, 'succeeded', { endedAt: event.at, note: event.reason });
    default:
      return [];
  }
}

/** What rows that took the changes of all events, one after the other, would hold: one change a task. */
export function mergedTaskChanges(events: readonly RunEvent[]): readonly TaskChange[] {
  const merged = new Map<string, TaskChange>();
  for (const next of events.flatMap(taskChanges)) {
    const before = merged.get(next.path);
    const kept = before && {
      agent: next.agent ?? before.agent,
      attempt: next.attempt ?? before.attempt,
      startedAt: next.startedAt ?? before.startedAt,
    };
    merged.set(next.path, { ...next, ...kept });
  }
  return Array.from(merged.values());
}

/** The checkpoint that an event with a version makes; null for the others. */
export function checkpointOf(event: RunEvent): CheckpointView | null {
  if (!('version' in event) || event.version === null) return null;
  const { version, seq, at, path } = event;
  return { version, seq, at, path, status: taskChanges(event)[0]?.status ?? 'succeeded' };
}

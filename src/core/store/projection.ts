// What is read from the events of a run without replaying it: its checkpoints, and when its steps ran. Pure.

import type { EndedTask } from '#core/store/store.ts';
import type { RunEvent } from '#protocol/runEvents.ts';
import type { CheckpointView, StepStatus } from '#protocol/runView.ts';

/** The checkpoint that an event with a version makes; null for the others. */
export function checkpointOf(event: RunEvent): CheckpointView | null {
  if (!('version' in event) || event.version === null) return null;
  const { version, seq, at, path } = event;
  return { version, seq, at: Math.round(at), path, status: STATUS[event.type] ?? 'succeeded' };
}

const STATUS: { readonly [T in RunEvent['type']]?: StepStatus } = { 'step.failed': 'failed', 'step.skipped': 'skipped' };

/** Steps that were started and stand as succeeded or failed after these events, which are one run's, from the first on. */
export function endedTasks(events: readonly RunEvent[]): readonly EndedTask[] {
  const started = new Map<string, number>();
  const ended = new Map<string, EndedTask>();
  for (const event of events) {
    switch (event.type) {
      case 'step.started':
        started.set(event.path, Math.round(event.at));
        ended.delete(event.path);
        break;
      case 'step.succeeded':
      case 'step.overridden':
        end(event, 'succeeded');
        break;
      case 'step.failed':
        if (event.retryAt === null) end(event, 'failed');
        break;
      case 'run.recovered':
        for (const path of event.interrupted) ended.delete(path);
        break;
      case 'run.rewound':
        for (const path of event.setAside) ended.delete(path);
        break;
      default:
        break;
    }
  }
  return Array.from(ended.values());

  function end(
    { runId, path, at }: { readonly runId: string; readonly path: string; readonly at: number },
    status: EndedTask['status'],
  ): void {
    const startedAt = started.get(path);
    if (startedAt !== undefined) ended.set(path, { runId, path, status, startedAt, endedAt: Math.round(at) });
  }
}

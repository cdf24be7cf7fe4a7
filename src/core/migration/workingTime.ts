// How long a run worked: the time in which at least one of its tasks was being worked on.

import type { RunEvent, RunEventType } from '#protocol/runEvents.ts';

/** What is looked at. */
export const workingEvents = [
  'step.assigned',
  'step.succeeded',
  'step.failed',
  'decision.requested',
  'decision.made',
] as const satisfies readonly RunEventType[];

type Interval = readonly [from: number, to: number];

/**
 * Milliseconds. Each attempt of a task counts from its start to its end, failed ones too; attempts side by side count once. Not
 * counted: waiting for a place or a retry, gates, and the time in which a task waits for a person's answer.
 */
export function workingTimeMs(events: readonly RunEvent[]): number {
  const assigned = new Set(events.flatMap((event) => (event.type === 'step.assigned' ? [event.path] : [])));
  const asked = waits(events);
  const worked = events.flatMap((event): Interval[] => {
    if ((event.type !== 'step.succeeded' && event.type !== 'step.failed') || !assigned.has(event.path)) return [];
    const whole: Interval = [event.at - event.durationMs, event.at];
    return without(whole, asked.get(event.path) ?? []);
  });
  return union(worked).reduce((sum, [from, to]) => sum + to - from, 0);
}

/** When each path waited for an answer, in order. */
function waits(events: readonly RunEvent[]): ReadonlyMap<string, readonly Interval[]> {
  const open = new Map<string, { readonly path: string; readonly at: number }>();
  const found = new Map<string, Interval[]>();
  for (const event of events) {
    if (event.type === 'decision.requested') open.set(event.id, { path: event.path, at: event.at });
    if (event.type !== 'decision.made') continue;
    const asked = open.get(event.id);
    if (asked) found.set(asked.path, [...(found.get(asked.path) ?? []), [asked.at, event.at]]);
  }
  return found;
}

function without(whole: Interval, holes: readonly Interval[]): Interval[] {
  const parts: Interval[] = [];
  let [from] = whole;
  for (const [start, end] of union(holes)) {
    if (end <= from || start >= whole[1]) continue;
    if (start > from) parts.push([from, start]);
    from = Math.max(from, end);
  }
  if (from < whole[1]) parts.push([from, whole[1]]);
  return parts;
}

/** In order, none touching another. */
function union(intervals: readonly Interval[]): readonly Interval[] {
  const merged: [number, number][] = [];
  for (const [from, to] of intervals.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last === undefined || from > last[1]) merged.push([from, to]);
    else last[1] = Math.max(last[1], to);
  }
  return merged;
}

// Small readings that several probes take of runs and events.

import { abortError } from '#base/abort.ts';
import { type Json, stableStringify } from '#base/json.ts';
import type { RunEvent, RunEventType } from '#protocol/runEvents.ts';
import type { RunView, StepView } from '#protocol/runView.ts';

/** The step at a path, however deep; undefined when the view has none. */
export function stepOf(view: Pick<RunView, 'steps'>, path: string): StepView | undefined {
  const search = (steps: readonly StepView[]): StepView | undefined => {
    for (const step of steps) {
      const found = step.path === path ? step : search(step.children);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(view.steps);
}

/** Numbered 1, 2, 3, …, from `run.created` on. */
export function isGapFree(events: readonly RunEvent[]): boolean {
  return events[0]?.type === 'run.created' && events.every((event, index) => event.seq === index + 1);
}

/** The number of the first such event of a step; infinity when there is none. */
export function seqOf(events: readonly RunEvent[], type: RunEventType, path: string): number {
  return events.find((event) => event.type === type && 'path' in event && event.path === path)?.seq ?? Number.POSITIVE_INFINITY;
}

export function same(a: unknown, b: unknown): boolean {
  return plain(a) === plain(b);
}

/** As it would be stored: fields that are undefined are not there. */
function plain(value: unknown): string {
  return value === undefined ? 'undefined' : stableStringify(JSON.parse(JSON.stringify(value)) as Json);
}

/** Rejects when the signal fires, and not before: a step that works until it is told to stop. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(abortError());
    signal.addEventListener('abort', () => reject(abortError()), { once: true });
  });
}

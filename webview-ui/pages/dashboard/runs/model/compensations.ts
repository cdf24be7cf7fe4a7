// What becomes of completed steps when a run is undone, in the order they are undone in.

import type { ErrorView } from '#base/errors.ts';
import type { RunEvent } from '#protocol/runEvents.ts';

export interface Undoing {
  readonly path: string;
  readonly action: string;
  /** `left`: a person stopped the undoing before it. */
  readonly status: 'planned' | 'running' | 'undone' | 'failed' | 'left';
  readonly summary: string | null;
  readonly error: ErrorView | null;
}

export function undoingsAfter(before: readonly Undoing[], event: RunEvent): readonly Undoing[] {
  switch (event.type) {
    case 'run.compensating':
      return event.steps.map((step) => ({ ...step, status: 'planned', summary: null, error: null }));
    case 'step.compensating':
      return changed(before, event.path, { status: 'running' });
    case 'step.compensated':
      return changed(before, event.path, { status: 'undone', summary: event.summary, error: null });
    case 'step.compensationFailed':
      return changed(before, event.path, { status: event.retryAt === null ? 'failed' : 'running', error: event.error });
    case 'run.cancelRequested':
      return before.map((one) => (one.status === 'planned' || one.status === 'running' ? { ...one, status: 'left' } : one));
    default:
      return before;
  }
}

function changed(before: readonly Undoing[], path: string, now: Partial<Undoing>): readonly Undoing[] {
  return before.map((one) => (one.path === path ? { ...one, ...now } : one));
}

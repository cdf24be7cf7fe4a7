// Which lists an event of a run makes stale.

import type { RunEvent } from '#protocol/runEvents.ts';

export function touchedBy(event: RunEvent): readonly ('agents' | 'runs' | 'proposals')[] {
  switch (event.type) {
    case 'proposal.created':
      return ['runs', 'proposals'];
    case 'step.succeeded':
    case 'step.failed':
      return ['runs', 'agents'];
    case 'run.completed':
    case 'run.partial':
    case 'run.failed':
    case 'run.cancelled':
      return ['runs', 'agents', 'proposals'];
    default:
      return ['runs'];
  }
}

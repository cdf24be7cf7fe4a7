// What the row of a run's end says of its steps.

import type { RunEvent } from '#protocol/runEvents.ts';

export interface StepFigures {
  /** When the first one started, epoch ms; null when none did. */
  startedAt: number | null;
  /** Attempts after the first one of a step. */
  retries: number;
}

export function noSteps(): StepFigures {
  return { startedAt: null, retries: 0 };
}

/** Adds what these events, which follow those added before, say. */
export function addSteps(figures: StepFigures, events: readonly RunEvent[]): StepFigures {
  for (const event of events) {
    if (event.type !== 'step.started') continue;
    figures.startedAt ??= Math.round(event.at);
    if (event.attempt > 1) figures.retries += 1;
  }
  return figures;
}

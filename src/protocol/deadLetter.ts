// A task that failed for good and took its run with it, waiting for somebody to look at it.

import type { ErrorView } from '#base/errors.ts';
import type { FailureStage } from '#protocol/runEvents.ts';

/** `setAside`: the run was rolled back to before the failure for another reason. */
export type DeadLetterStatus = 'open' | 'redriven' | 'discarded' | 'setAside';

/** One for each step of a run: a step that fails again opens its letter again. */
export interface DeadLetter {
  readonly id: string;
  readonly runId: string;
  readonly path: string;
  readonly status: DeadLetterStatus;
  readonly stage: FailureStage;
  readonly error: ErrorView;
  /** Of the last time. */
  readonly attempts: number;
  /** When it failed, the last time. Epoch ms. */
  readonly at: number;
  /** How often it was put back. */
  readonly redrives: number;
  /** Why it was discarded; null otherwise. */
  readonly note: string | null;
}

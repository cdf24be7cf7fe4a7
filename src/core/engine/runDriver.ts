// The seam for another scheduler: who says when a run takes its turns, and when the work of a step begins.
// What is recorded and what follows from it stays the engine's, whoever drives.

import type { RunState } from '#core/engine/state.ts';

/** A run as its driver sees it. */
export interface DrivenRun {
  /** To look at between turns; it belongs to the run. */
  readonly state: RunState;
  /** Takes every turn there is to take; what it asks to begin has been given to the driver by then. Never rejects. False once it is closed. */
  takeTurns(): Promise<boolean>;
  /** The driver cannot go on: the run is closed without an end and can be resumed. */
  giveUp(error: unknown): void;
}

export interface RunDriver {
  /** Something came in or fell due: the run wants turns. Called often, also during them. */
  wake(): void;
  /** What is being stored now will make this work ready, unless the store refuses it. Called before `ready`, in the same turn. */
  foresee(paths: readonly string[]): void;
  /** Everything that led to this work is durable. `begin` may be called once, at any time; work that was overtaken does not begin. */
  ready(path: string, begin: () => void): void;
  /** The run is closed. Resolves when nothing comes from the driver any more. */
  close(): Promise<void>;
}

// Numbered engine behaviours. A run records those it was started with; replay and resume behave as they say.
//
// To change what the engine does: add a flag here, keep the old behaviour for runs without it
// (`state.flags.has('v2')`), and add a golden transcript for both. A flag is never removed or reused.

import { unknownFlag } from '#core/engine/errors.ts';

const FLAGS = {
  /** The first engine: everything that has no flag of its own. */
  v1: 'first engine',
  /** A terminal provider error stops the whole run; a failed run is undone where its steps say how, and leaves a dead letter. */
  v2: 'stops and undoes',
} as const;

export type Flag = keyof typeof FLAGS;

/** What new runs are started with. */
export const currentFlags: readonly Flag[] = ['v1', 'v2'];

/** Throws `engine.unknownFlag` for a run of a newer engine: better not to continue it than to continue it wrongly. */
export function checkFlags(flags: readonly string[]): ReadonlySet<Flag> {
  const known = new Set<Flag>();
  for (const flag of flags) {
    if (!Object.hasOwn(FLAGS, flag)) throw unknownFlag(flag);
    known.add(flag as Flag);
  }
  return known;
}

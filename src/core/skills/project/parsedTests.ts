// The common shape of what the parsers of test output give.

import type { Place } from '#core/skills/project/place.ts';

export interface ParsedFailure {
  readonly name: string;
  /** All the runner said about it, stack included. */
  readonly text: string;
  /** Null: to be looked for in `text`. */
  readonly place: Place | null;
}

export interface ParsedTests {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly ParsedFailure[];
}

/** The sum of the first group over all matches; null when there is none. */
export function sumOf(output: string, pattern: RegExp): number | null {
  const found = Array.from(output.matchAll(pattern), ([, amount]) => Number(amount));
  return found.length === 0 ? null : found.reduce((total, amount) => total + amount, 0);
}

/** Keeps the first failure of each name: many runners repeat them in a summary. */
export function distinct(failures: readonly ParsedFailure[]): readonly ParsedFailure[] {
  return [...new Map(failures.toReversed().map((failure) => [failure.name, failure])).values()].toReversed();
}

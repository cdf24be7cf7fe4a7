// What the project's tests and linter said before any change, from earlier steps of the same run.

import { z } from 'zod';
import type { Json } from '#base/json.ts';

const ranSchema = z.object({
  ran: z.literal(true),
  exitCode: z.number().int().nullable(),
  failures: z.array(z.object({ name: z.string() })).optional(),
  findings: z.array(z.object({ id: z.string() })),
});

export interface Baseline {
  readonly exitCode: number | null;
  /** Names of tests that failed before; empty when none did or none could be read. */
  readonly failing: ReadonlySet<string>;
  /** Ids of the findings of before. */
  readonly findings: ReadonlySet<string>;
}

/** The result under `key` (`tests`, `lint`) when that step really ran; null otherwise. */
export function baselineOf(results: Json, key: 'tests' | 'lint'): Baseline | null {
  if (typeof results !== 'object' || results === null || Array.isArray(results)) return null;
  const parsed = ranSchema.safeParse((results as { readonly [key: string]: Json })[key]);
  if (!parsed.success) return null;
  const { exitCode, failures = [], findings } = parsed.data;
  return { exitCode, failing: new Set(failures.map(({ name }) => name)), findings: new Set(findings.map(({ id }) => id)) };
}

// A list of runs that is read in parts: filters, a place to begin, and how many there are in all.

import { z } from 'zod';
import type { RunSummary } from '#protocol/runView.ts';

/** `live`: not ended; `waiting`: a person is asked; the others are how it ended. */
export const runStateFilters = ['live', 'waiting', 'completed', 'partial', 'failed', 'cancelled'] as const;
export type RunStateFilter = (typeof runStateFilters)[number];

export const runPageQuerySchema = z.strictObject({
  state: z.enum(runStateFilters).optional(),
  workflow: z.string().max(200).optional(),
  /** Stands in the title, in the workflow's name or at the beginning of the id; case of ASCII letters does not matter. */
  text: z.string().max(200).optional(),
  /** Runs to leave out at the beginning. Default 0. */
  offset: z.number().int().nonnegative().optional(),
  /** Default 100. */
  limit: z.number().int().nonnegative().max(1_000).optional(),
});
export type RunPageQuery = z.infer<typeof runPageQuerySchema>;

export interface RunPage {
  /** Runs the filters let through. */
  readonly total: number;
  readonly offset: number;
  /** Newest first. */
  readonly runs: readonly RunSummary[];
}

export interface RunPageMethods {
  /** Part of the list of runs. Ordered by start, newest first. */
  'runs.page': (query?: RunPageQuery) => Promise<RunPage>;
  /** Names of the workflows that runs there are were of, in alphabetical order. */
  'runs.workflows': () => Promise<readonly string[]>;
}

export const runPageSchemas = {
  'runs.page': z.tuple([runPageQuerySchema.optional()]),
  'runs.workflows': z.tuple([]),
} as const satisfies { readonly [M in keyof RunPageMethods]: z.ZodType };

// What runs cost and may cost: budgets, tags, reports and estimates. Money is in micro US dollars; unknown is never zero.

import { z } from 'zod';

/** At least one of the two. */
export const budgetSchema = z
  .strictObject({ costMicroUsd: z.number().int().positive().optional(), tokens: z.number().int().positive().optional() })
  .refine((budget) => budget.costMicroUsd !== undefined || budget.tokens !== undefined, 'A budget is in dollars, in tokens, or in both.');
export type Budget = z.infer<typeof budgetSchema>;

export const tagSchema = z.string().regex(/^[\w.:/-]{1,64}$/, 'A tag is 1 to 64 letters, digits and . : / _ -');

/** How a run pays: fixed at its start. */
export const spendingSchema = z.strictObject({
  tags: z.array(tagSchema).max(20).optional(),
  budget: budgetSchema.optional(),
  /** Answers that were given to exactly the same question before are taken again. Default false. */
  cache: z.boolean().optional(),
});
export type Spending = z.infer<typeof spendingSchema>;

/** What was used; input plus output tokens. Where a part is unknown it is counted in `unknown…`, not here. */
export interface Spent {
  readonly costMicroUsd: number;
  readonly tokens: number;
}

export interface CostLine extends Spent {
  /** The agent, workflow, model, tag or day (`2026-11-20`, UTC), or the step. */
  readonly name: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  /** Calls whose price, or whose use, is not known: they are not in the sums. */
  readonly unknownCost: number;
  readonly unknownTokens: number;
}

export const costGroups = ['agent', 'workflow', 'model', 'tag', 'day', 'run', 'step'] as const;
export type CostGroup = (typeof costGroups)[number];

export interface CostReport {
  readonly by: CostGroup;
  /** Epoch ms; null: since the store began. */
  readonly since: number | null;
  /** Dearest first; days newest first. A run with two tags is in both lines. */
  readonly lines: readonly CostLine[];
  /** Each call once. */
  readonly total: Omit<CostLine, 'name'>;
}

/** A budget of the workspace and what is spent of it. `limit` includes what a person added when it was reached. */
export interface BudgetStatus {
  /** `day`: each day (UTC); `tag`: all runs with it, since the store began. */
  readonly scope: { readonly kind: 'day' } | { readonly kind: 'tag'; readonly tag: string };
  readonly budget: Budget;
  readonly limit: Budget;
  readonly spent: Spent;
}

export interface Range {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** From runs of the same workflow that ended; null ranges where no run tells. */
export interface RunEstimate {
  readonly workflow: string;
  /** Runs the figures are from, the newest 50 at most; 0: no history yet. */
  readonly runs: number;
  readonly agents: Range | null;
  readonly calls: Range | null;
  readonly tokens: Range | null;
  /** Over the runs whose cost is known whole: `pricedRuns` of them. */
  readonly costMicroUsd: Range | null;
  readonly pricedRuns: number;
  readonly durationMs: Range | null;
}

// What a run has used, as one line of figures, and how far it may go. Shared by the engine and the pages, so without zod.

import type { RunSpent } from '#protocol/runView.ts';
import type { Budget } from '#protocol/spending.ts';
import type { Usage } from '#protocol/usage.ts';

/** Sums of what is known; calls whose price or count is not known are counted, never taken for zero. */
export function spentOn(usage: readonly Usage[]): RunSpent {
  let [inputTokens, outputTokens, costMicroUsd, unknownCalls] = [0, 0, 0, 0];
  for (const used of usage) {
    inputTokens += used.inputTokens ?? 0;
    outputTokens += used.outputTokens ?? 0;
    costMicroUsd += used.costMicroUsd ?? 0;
    if (used.inputTokens === null || used.outputTokens === null || used.costMicroUsd === null) unknownCalls += used.calls;
  }
  return { inputTokens, outputTokens, costMicroUsd, unknownCalls };
}

/** The choice in a decision that raises a run's budget: counted in its events. */
export const RAISE_RUN = 'raise-run';

/** A raise adds the budget once more. */
export function raised({ costMicroUsd, tokens }: Budget, raises: number): Budget {
  return {
    ...(costMicroUsd !== undefined && { costMicroUsd: costMicroUsd * (raises + 1) }),
    ...(tokens !== undefined && { tokens: tokens * (raises + 1) }),
  };
}

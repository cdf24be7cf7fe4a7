// What a run has used, as one line of figures. Shared by the engine and the pages, so without zod.

import type { RunSpent } from '#protocol/runView.ts';
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

// Sums of token usage, one entry a provider and model.

import type { Usage } from '#protocol/usage.ts';

const key = (usage: Usage): string => `${usage.provider}\n${usage.model}`;

/** What one call did not report makes the total unknown: a sum that leaves something out would be untrue. */
const plus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);

export function addUsage(total: readonly Usage[], more: readonly Usage[]): readonly Usage[] {
  if (more.length === 0) return total;
  const byModel = new Map(total.map((usage) => [key(usage), usage]));
  for (const usage of more) {
    const sum = byModel.get(key(usage));
    byModel.set(key(usage), sum === undefined ? usage : addOne(sum, usage));
  }
  return Array.from(byModel.values());
}

function addOne(a: Usage, b: Usage): Usage {
  return {
    provider: a.provider,
    model: a.model,
    calls: a.calls + b.calls,
    inputTokens: plus(a.inputTokens, b.inputTokens),
    cachedInputTokens: plus(a.cachedInputTokens, b.cachedInputTokens),
    outputTokens: plus(a.outputTokens, b.outputTokens),
    costMicroUsd: plus(a.costMicroUsd, b.costMicroUsd),
  };
}

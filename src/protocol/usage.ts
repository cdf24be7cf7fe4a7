// Token usage of model calls. Counts are what the vendor reported; a missing report is `null`, never zero.

import { z } from 'zod';

export const usageSchema = z.object({
  provider: z.string(),
  model: z.string(),
  calls: z.number().int().nonnegative(),
  inputTokens: z.number().int().nonnegative().nullable(),
  cachedInputTokens: z.number().int().nonnegative().nullable(),
  outputTokens: z.number().int().nonnegative().nullable(),
  /** Micro US dollars; null when the model's price is unknown. */
  costMicroUsd: z.number().int().nonnegative().nullable(),
});
export type Usage = z.infer<typeof usageSchema>;

const COUNTS = ['inputTokens', 'cachedInputTokens', 'outputTokens', 'costMicroUsd'] as const;

/** One entry per provider, model and set of known counts: what is known adds up, what is unknown stays visible beside it. */
export function addUsage(entries: readonly Usage[]): readonly Usage[] {
  const sums = new Map<string, Usage>();
  for (const entry of entries) {
    const known = COUNTS.map((field) => (entry[field] === null ? '-' : '+')).join('');
    const key = `${entry.provider}\n${entry.model}\n${known}`;
    const sum = sums.get(key);
    sums.set(key, sum === undefined ? entry : plus(sum, entry));
  }
  return [...sums.values()];
}

function plus(a: Usage, b: Usage): Usage {
  const total = (field: (typeof COUNTS)[number]): number | null => {
    const [left, right] = [a[field], b[field]];
    return left === null || right === null ? null : left + right;
  };
  return {
    provider: a.provider,
    model: a.model,
    calls: a.calls + b.calls,
    inputTokens: total('inputTokens'),
    cachedInputTokens: total('cachedInputTokens'),
    outputTokens: total('outputTokens'),
    costMicroUsd: total('costMicroUsd'),
  };
}

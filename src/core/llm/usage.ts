// Adding up what model calls used. A count that a vendor did not report is never taken for zero.

import { toErrorView } from '#base/errors.ts';
import type { Usage } from '#protocol/usage.ts';

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

/** Input plus output of all entries, as far as reported. */
export function knownTokens(entries: readonly Usage[]): number {
  return entries.reduce((sum, entry) => sum + (entry.inputTokens ?? 0) + (entry.outputTokens ?? 0), 0);
}

/** What the attempts behind a failed call used, as the models note it in the error's `details.usage`. */
export function billedFor(thrown: unknown): readonly Usage[] {
  const usage = toErrorView(thrown).details['usage'];
  return Array.isArray(usage) ? (usage as readonly unknown[] as readonly Usage[]) : [];
}

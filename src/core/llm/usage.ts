// What model calls used, as agents and their limits see it.

import { toErrorView } from '#base/errors.ts';
import type { Usage } from '#protocol/usage.ts';

/** Input plus output of all entries, as far as reported. */
export function knownTokens(entries: readonly Usage[]): number {
  return entries.reduce((sum, entry) => sum + (entry.inputTokens ?? 0) + (entry.outputTokens ?? 0), 0);
}

/** What the attempts behind a failed call used, as the models note it in the error's `details.usage`. */
export function billedFor(thrown: unknown): readonly Usage[] {
  const usage = toErrorView(thrown).details['usage'];
  return Array.isArray(usage) ? (usage as readonly unknown[] as readonly Usage[]) : [];
}

// Sums and percentiles over groups of runs and hours.

import type { EndedGroup, HourGroup } from '#core/store/metrics.ts';
import type { CallFigures, RunFigures } from '#protocol/metrics.ts';

/** Nearest rank: the smallest value that at least `share` of the sorted sample does not exceed; null without a sample. */
export function percentile(sorted: ArrayLike<number>, share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

export function runFigures(groups: readonly EndedGroup[]): RunFigures {
  const of = (status: string): number => sum(groups.filter((group) => group.status === status).map((group) => group.runs));
  const [completed, partial, failed, cancelled] = [of('completed'), of('partial'), of('failed'), of('cancelled')];
  const byThemselves = completed + partial + failed;
  const sorted = sortedTimes(groups.filter(({ status }) => status !== 'cancelled').map(({ durations }) => durations));
  return {
    runs: byThemselves + cancelled,
    completed,
    partial,
    failed,
    cancelled,
    successRate: byThemselves === 0 ? null : completed / byThemselves,
    p50Ms: percentile(sorted, 0.5),
    p95Ms: percentile(sorted, 0.95),
    retries: sum(groups.map(({ retries }) => retries)),
  };
}

/** Shortest first. */
export function sortedTimes(lists: readonly (readonly number[])[]): ArrayLike<number> {
  return new Float64Array(lists.flat()).sort();
}

export function callFigures(hours: readonly HourGroup[]): CallFigures {
  return {
    calls: sum(hours.map(({ calls }) => calls)),
    costMicroUsd: sum(hours.map(({ cost }) => cost)),
    unpricedCalls: sum(hours.map(({ unpriced }) => unpriced)),
    inputTokens: sum(hours.map(({ input }) => input)),
    cachedInputTokens: sum(hours.map(({ cached }) => cached)),
    outputTokens: sum(hours.map(({ output }) => output)),
    uncountedCalls: sum(hours.map(({ uncounted }) => uncounted)),
  };
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** In the order of first appearance. */
export function groupBy<T>(items: readonly T[], key: (item: T) => string | number): ReadonlyMap<string | number, readonly T[]> {
  const groups = new Map<string | number, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

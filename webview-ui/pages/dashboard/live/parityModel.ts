// What the table of compared features shows. A word is only there when a probe measured it.

import type { FeatureGroup, ParityFeature, ParityReport, ParityResult, ParityTable } from '#protocol/parity.ts';

/** A measurement older than this is stale, in ms. */
export const STALE_MS = 10 * 60_000;

export type Show = 'all' | 'gaps' | 'differs' | 'critical';

export interface ParityCell {
  readonly runtime: string;
  /** Null: not measured yet. */
  readonly result: ParityResult | null;
  readonly isStale: boolean;
}

export interface ParityRow {
  readonly feature: ParityFeature;
  /** The active runtime first. */
  readonly cells: readonly ParityCell[];
  /** The active runtime was measured and lacks something. */
  readonly isGap: boolean;
  /** The active runtime was measured and does not have it at all. */
  readonly isOff: boolean;
}

export interface ParityGroup {
  readonly name: FeatureGroup;
  /** All of the group, for its counts. */
  readonly all: readonly ParityRow[];
  /** Those that are shown. */
  readonly rows: readonly ParityRow[];
}

export interface RuntimesShown {
  /** On which runs are started. */
  readonly active: string;
  /** All there are, in any order. */
  readonly ids: readonly string[];
}

/** The active one first, the others as they come. */
export function columnsOf({ active, ids }: RuntimesShown): readonly string[] {
  return [...ids.filter((id) => id === active), ...ids.filter((id) => id !== active)];
}

export function rowsOf({ features, reports }: ParityTable, runtimes: RuntimesShown, now: number): readonly ParityRow[] {
  const columns = columnsOf(runtimes);
  const results = new Map(reports.map((report) => [report.runtime, byFeature(report)]));
  return features.map((feature) => {
    const cells = columns.map((runtime): ParityCell => {
      const result = results.get(runtime)?.get(feature.id) ?? null;
      return { runtime, result, isStale: result !== null && now - result.at > STALE_MS };
    });
    const verdict = cells.find(({ runtime }) => runtime === runtimes.active)?.result?.verdict;
    return { feature, cells, isGap: verdict === 'partial' || verdict === 'unavailable', isOff: verdict === 'unavailable' };
  });
}

/** Two runtimes were measured and found to be different. */
export function differs({ cells }: ParityRow): boolean {
  const verdicts = cells.flatMap(({ result }) => (result === null || result.verdict === 'probe error' ? [] : [result.verdict]));
  return new Set(verdicts).size > 1;
}

const SHOWN: { readonly [S in Show]: (row: ParityRow) => boolean } = {
  all: () => true,
  gaps: ({ isGap }) => isGap,
  differs,
  critical: ({ feature }) => feature.priority === 'critical',
};

export function countOf(rows: readonly ParityRow[], show: Show): number {
  return rows.filter(SHOWN[show]).length;
}

/** Groups with something to show, in the order of the features. `text` is looked for in names, groups and ids. */
export function groupsOf(
  rows: readonly ParityRow[],
  { show, text }: { readonly show: Show; readonly text: string },
): readonly ParityGroup[] {
  const wanted = text.trim().toLowerCase();
  const names = [...new Set(rows.map(({ feature }) => feature.group))];
  return names
    .map((name): ParityGroup => {
      const all = rows.filter(({ feature }) => feature.group === name);
      const found = all.filter(({ feature }) => `${feature.name} ${feature.group} ${feature.id}`.toLowerCase().includes(wanted));
      return { name, all, rows: found.filter(SHOWN[show]) };
    })
    .filter((group) => group.rows.length > 0);
}

export interface Tally {
  readonly available: number;
  readonly partial: number;
  readonly unavailable: number;
  readonly broken: number;
  readonly unmeasured: number;
  readonly total: number;
}

/** How many features of some rows a runtime has. */
export function tallyOf(rows: readonly ParityRow[], runtime: string): Tally {
  const verdicts = rows.map(({ cells }) => cells.find((cell) => cell.runtime === runtime)?.result?.verdict ?? null);
  const count = (verdict: ParityResult['verdict'] | null): number => verdicts.filter((one) => one === verdict).length;
  return {
    available: count('available'),
    partial: count('partial'),
    unavailable: count('unavailable'),
    broken: count('probe error'),
    unmeasured: count(null),
    total: verdicts.length,
  };
}

export interface Sweep {
  /** Epoch ms of its start. */
  readonly at: number;
  readonly checks: number;
  readonly durationMs: number;
  readonly runtimes: number;
}

/** The last time that whole runtimes were measured; null before the first. */
export function lastSweep(reports: readonly ParityReport[]): Sweep | null {
  const whole = reports.filter(({ total }) => total > 1);
  if (whole.length === 0) return null;
  return {
    at: Math.max(...whole.map(({ at }) => at)),
    checks: whole.reduce((sum, { total }) => sum + total, 0),
    durationMs: whole.reduce((sum, { durationMs }) => sum + durationMs, 0),
    runtimes: whole.length,
  };
}

function byFeature({ results }: ParityReport): ReadonlyMap<string, ParityResult> {
  return new Map(results.map((result) => [result.feature, result]));
}

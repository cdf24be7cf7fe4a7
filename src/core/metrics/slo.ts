// What CAS holds itself to, as error budgets: how much of each is left, and how fast it goes.

import { HOUR_MS } from '#core/store/figures/hours.ts';
import type { SloRing } from '#core/store/metrics.ts';
import { sum } from '#core/metrics/totals.ts';
import { sloIds, type SloLine } from '#protocol/metrics.ts';

const DAY_MS = 24 * HOUR_MS;
/** How long ago each ring ends: an hour, six, a day, three, the window of the budget. */
export const RINGS_MS = [HOUR_MS, 6 * HOUR_MS, DAY_MS, 3 * DAY_MS, 28 * DAY_MS];
export const SLO_LIMITS = { ms: 30_000, microUsd: 100_000 };
const OBJECTIVE = 0.95;
const BUDGET = 0.05;
const WINDOW_MS = 28 * DAY_MS;

const measures = {
  success: { limit: null, of: (ring: SloRing) => ring.ended, bad: (ring: SloRing) => ring.bad },
  duration: { limit: SLO_LIMITS.ms, of: (ring: SloRing) => ring.ended, bad: (ring: SloRing) => ring.slow },
  cost: { limit: SLO_LIMITS.microUsd, of: (ring: SloRing) => ring.priced, bad: (ring: SloRing) => ring.dear },
};

/** One line for each objective. Runs whose cost is not known whole say nothing about cost. */
export function sloLines(rings: readonly SloRing[]): readonly SloLine[] {
  return sloIds.map((id) => {
    const { limit, of, bad } = measures[id];
    const within = (last: number) => rings.filter(({ ring }) => ring <= last);
    const spentIn = (last: number): number | null => {
      const found = within(last);
      const runs = sum(found.map((ring) => of(ring)));
      return runs === 0 ? null : sum(found.map((ring) => bad(ring))) / runs / BUDGET;
    };
    const spent = spentIn(RINGS_MS.length - 1);
    const burn = { hour: spentIn(0), sixHours: spentIn(1), day: spentIn(2), threeDays: spentIn(3) };
    const budgetLeft = spent === null ? null : 1 - spent;
    const all = within(RINGS_MS.length - 1);
    return {
      id,
      limit,
      objective: OBJECTIVE,
      runs: sum(all.map((ring) => of(ring))),
      bad: sum(all.map((ring) => bad(ring))),
      budgetLeft,
      burn,
      spentInMs: runsOut(budgetLeft, burn.day),
    };
  });
}

/** A burn of 1 or less lasts the window. */
function runsOut(left: number | null, burn: number | null): number | null {
  if (left === null || burn === null || burn <= 1 || left <= 0) return null;
  return Math.round((left * WINDOW_MS) / burn);
}

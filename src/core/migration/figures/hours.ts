// Hours of one feature, and sums over several.

import type { PlanFeature } from '#core/migration/plan.ts';
import type { HoursState, HoursSum, HoursView } from '#protocol/migration.ts';

/** Sums of decimal hours are kept to a thousandth, so that 0.1 + 0.2 is 0.3. */
export function roundHours(hours: number): number {
  return Math.round(hours * 1000) / 1000;
}

/** Null when nothing was recorded; entries that cancel each other out sum up to 0. */
export function actualOf(feature: PlanFeature): number | null {
  if (feature.entries.length === 0) return null;
  return roundHours(feature.entries.reduce((sum, entry) => sum + entry.hours, 0));
}

export function hoursOf(feature: PlanFeature): HoursView {
  const planned = feature.estimatedHours;
  const actual = actualOf(feature);
  return { planned, actual, state: stateOf(planned, actual) };
}

/** Planned less actual of a feature that is not done; null when nothing says how much is left: no estimate, or one that is used up. */
export function remainingOf(feature: PlanFeature): number | null {
  if (feature.status === 'done' || feature.estimatedHours === null) return null;
  const left = roundHours(feature.estimatedHours - (actualOf(feature) ?? 0));
  return left > 0 ? left : null;
}

/** `own`: an estimate of the whole that stands for those of the features; null: there is none. */
export function sumHours(features: readonly PlanFeature[], own: number | null): HoursSum {
  const estimates = features.flatMap(({ estimatedHours }) => (estimatedHours === null ? [] : [estimatedHours]));
  const spent = features.flatMap((feature) => actualOf(feature) ?? []);
  return {
    ...total(own ?? (estimates.length === 0 ? null : add(estimates)), spent.length === 0 ? null : add(spent)),
    unestimated: own === null ? features.length - estimates.length : 0,
  };
}

/** Of several sums. */
export function addSums(sums: readonly HoursSum[]): HoursSum {
  const planned = sums.flatMap((sum) => sum.planned ?? []);
  const actual = sums.flatMap((sum) => sum.actual ?? []);
  return {
    ...total(planned.length === 0 ? null : add(planned), actual.length === 0 ? null : add(actual)),
    unestimated: sums.reduce((count, sum) => count + sum.unestimated, 0),
  };
}

function total(planned: number | null, actual: number | null): HoursView {
  return { planned, actual, state: stateOf(planned, actual) };
}

function add(hours: readonly number[]): number {
  return roundHours(hours.reduce((sum, one) => sum + one, 0));
}

function stateOf(planned: number | null, actual: number | null): HoursState {
  if (actual === null) return 'none';
  if (planned === null) return 'unplanned';
  return actual <= planned ? 'under' : 'over';
}

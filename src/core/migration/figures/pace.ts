// How fast it went: velocity over the last weeks, and what each week brought.

import { type Day, dayText, isoWeek, mondayOf } from '#core/migration/day.ts';
import { roundHours } from '#core/migration/figures/hours.ts';
import type { MigrationPlan, PlanFeature } from '#core/migration/plan.ts';
import type { Velocity, VelocityWeek } from '#protocol/migration.ts';

const WINDOW_DAYS = 28;
const SHOWN_WEEKS = 11;

export type Completed = PlanFeature & { readonly completedDay: Day };

/** Done, with the day on which; days after `today` do not count yet. In order of that day. */
export function completedUpTo(plan: MigrationPlan, today: Day): readonly Completed[] {
  return plan.features
    .filter((feature): feature is Completed => feature.status === 'done' && feature.completedDay !== null && feature.completedDay <= today)
    .toSorted((a, b) => a.completedDay - b.completedDay);
}

/** First day of the work: the earliest day the plan names that is not in the future; null when it names none. */
export function firstDay(plan: MigrationPlan, today: Day): Day | null {
  const days = [plan.startDay, ...plan.features.flatMap(({ addedDay, startedDay, completedDay }) => [addedDay, startedDay, completedDay])];
  const past = days.filter((day): day is Day => day !== null && day <= today);
  return past.length === 0 ? null : past.reduce((first, day) => Math.min(first, day));
}

/**
 * Features completed in the 28 days that end today, over the weeks of that window. A plan younger than that is measured over its
 * own age, but at least over one week. Null when nothing was completed in the window.
 */
export function velocityOf(plan: MigrationPlan, today: Day): Velocity | null {
  const recent = completedUpTo(plan, today).filter((feature) => feature.completedDay > today - WINDOW_DAYS);
  if (recent.length === 0) return null;
  const age = today - (firstDay(plan, today) ?? today) + 1;
  const weeks = Math.min(WINDOW_DAYS, Math.max(7, age)) / 7;
  const planned = recent.flatMap((feature) => feature.estimatedHours ?? []);
  return {
    featuresPerWeek: recent.length / weeks,
    hoursPerWeek: planned.length === 0 ? null : planned.reduce((sum, hours) => sum + hours, 0) / weeks,
    completed: recent.length,
    weeks,
  };
}

/** Weeks from Monday to Sunday, from the plan's first on. */
export function weeksOf(plan: MigrationPlan, today: Day, shown: number = SHOWN_WEEKS): readonly VelocityWeek[] {
  const completed = completedUpTo(plan, today);
  const first = firstDay(plan, today);
  if (first === null || completed.length === 0) return [];
  const current = mondayOf(today);
  const from = Math.max(mondayOf(first), current - 7 * (shown - 1));
  const weeks = new Map<Day, { features: number; hours: number }>();
  for (let monday = from; monday <= current; monday += 7) weeks.set(monday, { features: 0, hours: 0 });
  for (const { completedDay, estimatedHours } of completed) {
    const week = weeks.get(mondayOf(completedDay));
    if (week === undefined) continue;
    week.features += 1;
    week.hours = roundHours(week.hours + (estimatedHours ?? 0));
  }
  return Array.from(weeks, ([monday, week]) => ({ date: dayText(monday), week: isoWeek(monday), ...week, current: monday === current }));
}

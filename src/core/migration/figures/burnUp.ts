// Features done against the features there were, week by week.

import { type Day, dayText, mondayOf } from '#core/migration/day.ts';
import { completedUpTo, firstDay } from '#core/migration/figures/pace.ts';
import type { MigrationPlan } from '#core/migration/plan.ts';
import type { BurnUp } from '#protocol/migration.ts';

/** A chart that covers years is drawn month by month. */
const MOST_POINTS = 120;

/** A feature counts as scope from its `addedDate` on, or from the first day. One that is done without a date counts today. */
export function burnUpOf(plan: MigrationPlan, today: Day): BurnUp {
  const first = firstDay(plan, today);
  const undated = plan.features.filter(({ status, completedDay }) => status === 'done' && completedDay === null).length;
  if (first === null) return { points: [], plan: planLine(plan), undated };
  const completed = completedUpTo(plan, today).map((feature) => feature.completedDay);
  const added = plan.features.map((feature) => feature.addedDay ?? first).toSorted((a, b) => a - b);
  const points = daysShown(first, today).map((day) => ({
    date: dayText(day),
    scope: countUpTo(added, day),
    done: countUpTo(completed, day) + (day === today ? undated : 0),
  }));
  return { points, plan: planLine(plan), undated };
}

/** The first day, each Sunday (or every n-th), today. */
function daysShown(first: Day, today: Day): readonly Day[] {
  const every = 7 * Math.max(1, Math.ceil((today - first) / 7 / MOST_POINTS));
  const days: Day[] = [first];
  for (let sunday = mondayOf(first) + 6; sunday < today; sunday += every) if (sunday > first) days.push(sunday);
  return today > first ? [...days, today] : days;
}

function planLine({ startDay, targetDay, features }: MigrationPlan): BurnUp['plan'] {
  if (startDay === null || targetDay === null) return null;
  return { from: dayText(startDay), to: dayText(targetDay), scope: features.length };
}

/** How many of the sorted days are at or before `day`. */
function countUpTo(days: readonly Day[], day: Day): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((days[middle] ?? 0) <= day) low = middle + 1;
    else high = middle;
  }
  return low;
}

// When it is likely to be done, from how many features each week brought so far.
//
// Method: Monte Carlo over the observed weekly throughput. A future is made by drawing past weeks at random, with replacement,
// until the features that are left are done; a thousand futures give the days at which 15, 50 and 85 of a hundred were done.
// It assumes that the weeks to come are like the last twelve and that the scope stays: no estimate of hours goes into it.
// The draws come from a generator seeded with the data, so the same file and day give the same forecast.

import { type Day, dayOf, dayText } from '#core/migration/day.ts';
import { completedUpTo, weeksOf } from '#core/migration/figures/pace.ts';
import type { MigrationPlan } from '#core/migration/plan.ts';
import type { Forecast } from '#protocol/migration.ts';

/** Full weeks that are looked at. */
const MOST_WEEKS = 12;
/** Fewer full weeks, or features completed in them, say too little. */
const FEWEST_WEEKS = 4;
const FEWEST_FEATURES = 4;
const FUTURES = 1_000;
/** Ten years; a plan that takes longer has no date worth telling. */
const HORIZON_WEEKS = 520;

export function forecastOf(plan: MigrationPlan, today: Day): Forecast {
  const total = plan.features.length;
  const left = plan.features.filter((feature) => feature.status !== 'done').length;
  if (total === 0) return { kind: 'none', why: 'empty', have: 0, need: 1 };
  if (left === 0) return { kind: 'none', why: 'finished', have: total, need: total };
  const weeks = weeksOf(plan, today, MOST_WEEKS + 1).filter((week) => !week.current && isWhole(plan, week.date, today));
  if (weeks.length < FEWEST_WEEKS) return { kind: 'none', why: 'fewWeeks', have: weeks.length, need: FEWEST_WEEKS };
  const throughput = weeks.map((week) => week.features);
  const completed = throughput.reduce((sum, features) => sum + features, 0);
  if (completed < FEWEST_FEATURES) return { kind: 'none', why: 'fewFeatures', have: completed, need: FEWEST_FEATURES };
  const days = simulate(throughput, left).toSorted((a, b) => a - b);
  const at = (share: number): number => days[Math.min(days.length - 1, Math.ceil(share * days.length) - 1)] ?? Infinity;
  if (at(0.85) === Infinity) return { kind: 'none', why: 'tooFar', have: HORIZON_WEEKS, need: HORIZON_WEEKS };
  const likely = today + Math.ceil(at(0.5));
  return {
    kind: 'forecast',
    earliest: dayText(today + Math.ceil(at(0.15))),
    likely: dayText(likely),
    latest: dayText(today + Math.ceil(at(0.85))),
    weeks: weeks.length,
    completed,
    daysAfterPlan: plan.targetDay === null ? null : likely - plan.targetDay,
  };
}

/** The week the work began in counts when it began on its Monday, or when something was completed before it. */
function isWhole(plan: MigrationPlan, monday: string, today: Day): boolean {
  const start = dayOf(monday) ?? 0;
  const [first] = completedUpTo(plan, today);
  return (plan.startDay ?? first?.completedDay ?? start) <= start;
}

/** Days from now until `left` features are done, in each of the futures. Within a week features come evenly. */
function simulate(throughput: readonly number[], left: number): readonly number[] {
  const random = generator(throughput.reduce((seed, features) => Math.imul(seed, 31) + features, left));
  return Array.from({ length: FUTURES }, () => {
    let rest = left;
    for (let week = 0; week < HORIZON_WEEKS; week += 1) {
      const drawn = throughput[Math.floor(random() * throughput.length)] ?? 0;
      if (drawn >= rest) return 7 * (week + rest / drawn);
      rest -= drawn;
    }
    return Infinity;
  });
}

/** mulberry32 (public domain, Tommy Ettinger 2017): numbers in [0, 1) from a 32-bit seed. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

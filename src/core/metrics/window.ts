// Which time a report is about, and in how many parts it is drawn.

import { HOUR_MS } from '#core/store/figures/hours.ts';
import type { MetricsWindow } from '#core/store/metrics.ts';
import type { MetricsQuery } from '#protocol/metrics.ts';

const DAY_MS = 24 * HOUR_MS;
const DEFAULT_MS = 7 * DAY_MS;
/** Enough for a line to have a shape, few enough to be read one by one. */
const MOST_BUCKETS = 90;
const SIZES = [1, 2, 6, 12, 24, 7 * 24, 28 * 24].map((hours) => hours * HOUR_MS);

/** Hours are what is kept, so it begins with a whole one. A window that is empty or backwards is an hour long. */
export function windowOf({ since, until, workflow, agent }: MetricsQuery, now: number): MetricsWindow {
  const end = Math.max(until ?? now, HOUR_MS);
  const begin = Math.floor(Math.min(since ?? end - DEFAULT_MS, end - 1) / HOUR_MS) * HOUR_MS;
  const bucketMs =
    SIZES.find((size) => (end - begin) / size <= MOST_BUCKETS) ?? Math.ceil((end - begin) / MOST_BUCKETS / HOUR_MS) * HOUR_MS;
  return { since: Math.max(0, begin), until: end, workflow: workflow ?? null, agent: agent ?? null, bucketMs };
}

/** As long, and just before. */
export function before(window: MetricsWindow): MetricsWindow {
  const since = Math.max(0, Math.floor((2 * window.since - window.until) / HOUR_MS) * HOUR_MS);
  return { ...window, since, until: window.since };
}

// Calendar days as numbers, so that figures need no time zone: days since 1970-01-01.

/** Days since 1970-01-01. */
export type Day = number;

const DAY_MS = 86_400_000;

/** Null for a text that names no day: `2026-02-30`, `24.12.2026`. */
export function dayOf(text: string): Day | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) || dayText(at / DAY_MS) !== text ? null : at / DAY_MS;
}

/** `2026-12-24`. Fractions count as the day they are in. */
export function dayText(day: Day): string {
  return new Date(Math.floor(day) * DAY_MS).toISOString().slice(0, 10);
}

/** The calendar day of a moment (epoch ms) where this machine is. */
export function localDay(at: number): Day {
  const date = new Date(at);
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS;
}

/** The Monday of the day's week. */
export function mondayOf(day: Day): Day {
  // 1970-01-01 was a Thursday.
  return day - ((((day + 3) % 7) + 7) % 7);
}

/** Number of the week by ISO 8601: the week with the year's first Thursday is 1. */
export function isoWeek(day: Day): number {
  const thursday = mondayOf(day) + 3;
  const year = new Date(thursday * DAY_MS).getUTCFullYear();
  return Math.floor((thursday - Date.UTC(year, 0, 1) / DAY_MS) / 7) + 1;
}

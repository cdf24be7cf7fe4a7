// Numbers and times in words, as every page shows them. What needs no words comes from #base/figures.ts.

import { dayOf, duration } from '#base/figures.ts';
import { t } from '#ui/text.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const locale = document.documentElement.lang || 'en';
// Made once: making one takes longer than all it formats on a page.
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const whole = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });

/** `4 s ago`, `2 min ago`, `3 h ago`, `5 d ago`. */
export function ago(at: number, now: number): string {
  const ms = Math.max(0, now - at);
  if (ms < MINUTE) return t('{0} s ago', Math.floor(ms / 1000));
  if (ms < HOUR) return t('{0} min ago', Math.floor(ms / MINUTE));
  if (ms < DAY) return t('{0} h ago', Math.floor(ms / HOUR));
  return t('{0} d ago', Math.floor(ms / DAY));
}

/** `14:04:38` today, `2 Nov` before. */
export function moment(at: number, now: number): string {
  if (dayOf(at, now) === 'today') return clock.format(at);
  return day.format(at);
}

/** `7 September`. */
export function longDay(at: number): string {
  return new Date(at).toLocaleDateString(locale === 'en' ? 'en-GB' : locale, { day: 'numeric', month: 'long' });
}

/** `14:04:38`, whatever the day. */
export function timeOfDay(at: number): string {
  return clock.format(at);
}

/** For tooltips. */
export function fullDate(at: number): string {
  return whole.format(at);
}

/** `850`, `57.3k`, `1.2M`. */
export function compact(count: number): string {
  if (count < 1_000) return String(count);
  const [value, unit] = count < 999_950 ? [count / 1_000, 'k'] : [count / 1_000_000, 'M'];
  return `${value.toFixed(1).replace(/\.0$/, '')}${unit}`;
}

/** `$0.41`; under a cent `$0.0041`; null, when a price is unknown, says so. */
export function cost(microUsd: number | null): string {
  if (microUsd === null) return t('price unknown');
  const usd = microUsd / 1_000_000;
  return `$${usd.toFixed(usd > 0 && usd < 0.01 ? 4 : 2)}`;
}

/** “10 hours planned, 3 actual, under plan”. */
export function spokenHours(planned: number | null, actual: number | null): string {
  if (planned === null) return actual === null ? t('not estimated, nothing spent') : t('not estimated, {0} hours actual', actual);
  if (actual === null) return t('{0} hours planned, not started', planned);
  return actual <= planned
    ? t('{0} hours planned, {1} actual, under plan', planned, actual)
    : t('{0} hours planned, {1} actual, over plan', planned, actual);
}

/** “2.31 seconds”, for screen readers. */
export function spokenDuration(ms: number): string {
  if (ms < 1000) return t('{0} milliseconds', Math.round(ms));
  if (ms < MINUTE) return t('{0} seconds', Number((ms / 1000).toFixed(2)));
  return duration(ms);
}

/** `10h`, `0.4h`. */
export function shortHours(value: number): string {
  return `${Number(value.toFixed(1))}h`;
}

/** `2 Nov`, of a day such as `2026-11-02`; with the year when that is another one. */
export function calendarDay(day: string): string {
  const date = new Date(`${day}T12:00:00`);
  const isThisYear = date.getFullYear() === new Date().getFullYear();
  // English here is day before month, as the rest of the page writes it.
  return date.toLocaleDateString(locale === 'en' ? 'en-GB' : locale, {
    day: 'numeric',
    month: 'short',
    ...(!isThisYear && { year: 'numeric' }),
  });
}

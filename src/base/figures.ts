// Numbers and times as people read them, the same in the editor, its pages and their tests. No words that need translating.

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** `14 ms`, `8.7 s`, `2 m 14 s`, `6 h 12 min`. */
export function duration(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < 9950) return `${(ms / SECOND).toFixed(1)} s`;
  const seconds = Math.round(ms / SECOND);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`;
  const minutes = Math.round(ms / MINUTE);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** Elapsed time of something live: whole seconds, so that it ticks evenly. */
export function elapsed(ms: number): string {
  return duration(Math.max(0, Math.floor(ms / SECOND)) * SECOND)
    .replace('0 ms', '0 s')
    .replace(/\.0 s$/, ' s');
}

/** Midnight, local time, of the day `at` is in. */
function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

export type Day = 'today' | 'yesterday' | 'older';

/** Calendar days of the person's own time zone. */
export function dayOf(at: number, now: number): Day {
  const today = startOfDay(now);
  if (at >= today) return 'today';
  return at >= startOfDay(today - 1) ? 'yesterday' : 'older';
}

/** `91.4%`; `100%` only when it is all of it, `0%` only when it is nothing. */
export function percent(part: number, whole: number): string {
  const share = (100 * part) / whole;
  const shown = part > 0 && part < whole ? Math.min(99.9, Math.max(0.1, share)) : share;
  return `${shown.toFixed(1).replace(/\.0$/, '')}%`;
}

/** The right form for a count; both forms are translated texts with the number in place. */
export function plural(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}

/** Parts with text in them, joined by a middle dot. */
export function dotted(...parts: readonly (string | null | undefined | false)[]): string {
  return parts.filter(Boolean).join(' · ');
}

/** `+42 −9`; a side without lines is left out. */
export function lineDelta(added: number, removed: number): string {
  return [added > 0 ? `+${added}` : '', removed > 0 ? `−${removed}` : ''].filter(Boolean).join(' ');
}

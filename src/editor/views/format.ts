// Numbers and times in words, as every part of the editor shows them.

import * as vscode from 'vscode';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

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

/** `14:04` today and yesterday, `2 Nov` before. */
export function moment(at: number, now: number): string {
  const date = new Date(at);
  if (dayOf(at, now) !== 'older') return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
  return date.toLocaleDateString(vscode.env.language, { day: 'numeric', month: 'short' });
}

export function fullDate(at: number): string {
  return new Date(at).toLocaleString(vscode.env.language, { dateStyle: 'medium', timeStyle: 'medium' });
}

/** `3 min ago`. */
export function ago(at: number, now: number): string {
  const ms = Math.max(0, now - at);
  if (ms < MINUTE) return vscode.l10n.t('just now');
  if (ms < HOUR) return vscode.l10n.t('{0} min ago', Math.floor(ms / MINUTE));
  if (ms < DAY) return vscode.l10n.t('{0} h ago', Math.floor(ms / HOUR));
  return vscode.l10n.t('{0} d ago', Math.floor(ms / DAY));
}

/** `91.4%`, `100%`. */
export function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1).replace(/\.0$/, '')}%`;
}

/** The right form for a count; both forms are translated texts with the number in place. */
export function plural(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}

export function fileCount(count: number): string {
  return plural(count, vscode.l10n.t('1 file'), vscode.l10n.t('{0} files', count));
}

/** Parts with text in them, joined by a middle dot. */
export function dotted(...parts: readonly (string | null | undefined | false)[]): string {
  return parts.filter(Boolean).join(' · ');
}

/** `+42 −9`; a side without lines is left out. */
export function lineDelta(added: number, removed: number): string {
  return [added > 0 ? `+${added}` : '', removed > 0 ? `−${removed}` : ''].filter(Boolean).join(' ');
}

// Numbers and times in words, as every part of the editor shows them.

import * as vscode from 'vscode';
import { dayOf, plural } from '#base/figures.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

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

export function fileCount(count: number): string {
  return plural(count, vscode.l10n.t('1 file'), vscode.l10n.t('{0} files', count));
}

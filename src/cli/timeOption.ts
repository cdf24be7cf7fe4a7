// Options that name a moment: a date, or a time ago.

import { type Options, textOption, usage } from '#cli/options.ts';
import { DURATION_PATTERN, durationMs } from '#core/workflow/duration.ts';

const DAY_MS = 86_400_000;

/** Epoch ms; undefined when the option was not given. Throws `cli.usage`. */
export function timeOption(options: Options, name: string): number | undefined {
  const text = textOption(options, name);
  if (text === '') return undefined;
  const ago = agoMs(text);
  const at = ago === null ? momentOf(text) : Date.now() - ago;
  if (Number.isNaN(at)) throw usage(`--${name} ${text}: it is a date such as 2026-11-01, or a time ago such as 24h or 7d.`);
  return at;
}

const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;

/** Epoch ms of a date or a date with a time; local time, as times are printed, unless it names its offset. NaN for anything else. */
export function momentOf(text: string): number {
  // A date alone would be read as UTC, and a number as a year.
  return MOMENT.test(text) ? Date.parse(text.includes('T') ? text : `${text}T00:00`) : Number.NaN;
}

/** Null for what is no time ago. Days are written here alone: a step that takes days has no place in a workflow. */
function agoMs(text: string): number | null {
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  if (days !== undefined) return Number(days) * DAY_MS;
  return DURATION_PATTERN.test(text) ? durationMs(text) : null;
}

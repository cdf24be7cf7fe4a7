// Options that name a moment: a date, or a time ago.

import { type Options, textOption, usage } from '#cli/options.ts';
import { DURATION_PATTERN, durationMs } from '#core/workflow/duration.ts';

/** Epoch ms; undefined when the option was not given. Throws `cli.usage`. */
export function timeOption(options: Options, name: string): number | undefined {
  const text = textOption(options, name);
  if (text === '') return undefined;
  const at = DURATION_PATTERN.test(text) ? Date.now() - durationMs(text) : Date.parse(text);
  if (Number.isNaN(at)) throw usage(`--${name} ${text}: it is a date such as 2026-11-01, or a time ago such as 24h.`);
  return at;
}

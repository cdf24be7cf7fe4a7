// Breakers and time limits as the settings say now: a change counts from the next call on.

import { type BreakerOptions, defaultBreakerOptions } from '#core/llm/breaker.ts';
import { defaultStreamLimits, type StreamLimits } from '#core/llm/timeouts.ts';
import type { HostSettings } from '#core/ports.ts';

type Settings = () => HostSettings;

/** What a setting leaves out, or sets to something that is no whole number above 0, is the default. */
export function liveBreakerOptions(settings: Settings): BreakerOptions {
  return live(defaultBreakerOptions, () => settings().breaker ?? {});
}

export function liveStreamLimits(settings: Settings): StreamLimits {
  return live(defaultStreamLimits, () => settings().callLimits ?? {});
}

function live<T extends object>(defaults: T, current: () => Partial<T>): T {
  const names = Object.keys(defaults) as (keyof T)[];
  const properties = names.map((name) => [name, { enumerable: true, get: () => positive(current()[name]) ?? defaults[name] }]);
  return Object.defineProperties({}, Object.fromEntries(properties) as PropertyDescriptorMap) as T;
}

function positive<V>(value: V | undefined): V | undefined {
  return Number.isInteger(value) && Number(value) > 0 ? value : undefined;
}

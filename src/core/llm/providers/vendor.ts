// What every provider is built from, and how a vendor's own report of an error is described to its error table.

import type { Clock } from '#base/clock.ts';
import type { HostSettings, Secrets } from '#core/ports.ts';
import type { StreamLimits } from '#core/llm/timeouts.ts';

export interface ProviderPorts {
  readonly secrets: Secrets;
  /** Read at each call: a changed base URL or model counts from the next call on. */
  readonly settings: () => HostSettings;
  readonly clock: Clock;
  readonly limits: StreamLimits;
}

/** An error as the vendor's API described it. Fields are undefined where it said nothing. */
export interface VendorReport {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly headers: Headers | undefined;
  readonly cause: unknown;
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

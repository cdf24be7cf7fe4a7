// A provider of language models as people see it: whether it can be called, what it costs, how it has been doing.

import type { ErrorView } from '#base/errors.ts';
import type { BreakerStatus } from '#protocol/agent.ts';

/** Over the calls of the last five minutes, 200 at most; of one model with one credential. */
export interface ProviderHealth {
  readonly provider: string;
  readonly model: string;
  /** First digits of a hash of the key: tells keys apart, reveals none. */
  readonly credential: string;
  readonly calls: number;
  /** Outages of the provider alone, between 0 and 1; null without calls. */
  readonly errorRate: number | null;
  readonly callsPerMinute: number;
  /** Of calls that succeeded; null when none did. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** Half of its calls failed: others go first until this time (epoch ms), when one call tries it again. Null: it is not. */
  readonly setAsideUntil: number | null;
  readonly breaker: BreakerStatus;
}

export interface ProviderPrice {
  readonly inputUsdPerMTok: number;
  readonly outputUsdPerMTok: number;
  /** Where it was read. */
  readonly source: string;
  /** When: `2026-11-20`; null: not said. */
  readonly date: string | null;
}

export interface ProviderView {
  readonly id: string;
  /** It has a key, or whatever else it needs. */
  readonly available: boolean;
  readonly defaultModel: string;
  /** Of the default model; null: unknown. */
  readonly price: ProviderPrice | null;
  readonly health: readonly ProviderHealth[];
}

/** One real call, with a few tokens. */
export interface ProviderTest {
  readonly provider: string;
  readonly model: string;
  readonly ok: boolean;
  readonly durationMs: number;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costMicroUsd: number | null;
  readonly error: ErrorView | null;
}

// An agent as people see it: who it is and how it has been doing.

import type { ErrorView } from '#base/errors.ts';
import type { LearnedCapability } from '#protocol/feedback.ts';

export type BreakerStatus = 'closed' | 'half-open' | 'open';

export interface AgentHealth {
  /** Since the store began; all counts are measured. */
  readonly executions: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Milliseconds over the last 1,000 executions; null before the first. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly lastError: (ErrorView & { readonly at: number; readonly runId: string }) | null;
  readonly lastRunAt: number | null;
  /** Worst breaker among the providers this agent used; `closed` when it never called a model. */
  readonly breaker: BreakerStatus;
  readonly breakers: readonly {
    readonly provider: string;
    readonly model: string;
    readonly status: BreakerStatus;
    readonly openUntil: number | null;
  }[];
}

/** Null and false: nothing is wished. What a model does not meet falls back, and stands in the `reason` of the call. */
export interface ModelWishesView {
  /** Names, best first; `provider/model` where the provider is given. */
  readonly prefer: readonly string[];
  /** In which order models go that nobody named. */
  readonly policy: 'priority' | 'cost' | 'latency' | 'health' | null;
  readonly contextTokens: number | null;
  readonly images: boolean;
  readonly reasoning: 'low' | 'medium' | 'high' | null;
}

export interface AgentView {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly description: string;
  readonly specializations: readonly string[];
  readonly capabilities: readonly LearnedCapability[];
  readonly tools: readonly string[];
  readonly skills: readonly string[];
  /** What its file wishes of a model, whoever makes it. */
  readonly models: ModelWishesView;
  readonly deliverable: string;
  readonly source: 'built-in' | 'workspace';
  /** Absolute path of its file. */
  readonly file: string;
  readonly disabled: boolean;
  readonly health: AgentHealth;
}

// One agent in depth: how it did in the last day, what it may use, which models it is given in which order.

import type { RiskClass } from '#protocol/approval.ts';
import { z } from 'zod';
import type { BreakerStatus } from '#protocol/agent.ts';

export interface AgentTool {
  readonly id: string;
  readonly description: string;
  /** `read`: looks only; `scratch`: runs commands in a copy; `change`: drafts proposals, which a person decides. */
  readonly risk: RiskClass;
}

/** The first that can be called is; each next one when those before fail or their circuit is open. */
export interface AgentModel {
  readonly provider: string;
  readonly model: string;
  /** Why it stands here: `preferred by the agent`, `next available`. */
  readonly reason: string;
  readonly breaker: BreakerStatus;
  /** Of its calls in the last five minutes; null without any. */
  readonly p50Ms: number | null;
  /** US dollars per million tokens; null: unknown. */
  readonly price: { readonly input: number; readonly output: number } | null;
}

export interface AgentDetail {
  readonly id: string;
  /** Half hours of the last 24 h, oldest first. */
  readonly day: readonly { readonly at: number; readonly succeeded: number; readonly failed: number; readonly opened: number }[];
  /** Circuits of its models that opened in the last 24 h, newest first. */
  readonly openings: readonly { readonly at: number; readonly model: string; readonly untilAt: number | null }[];
  readonly tools: readonly AgentTool[];
  /** Empty when no provider can be called. */
  readonly models: readonly AgentModel[];
  /** Models it would go to, if their provider could be called. */
  readonly unavailable: readonly { readonly provider: string; readonly model: string; readonly reason: string }[];
  readonly limits: { readonly maxTurns: number; readonly maxTokens: number; readonly timeoutMs: number };
}

export interface AgentDetailMethods {
  /** Calls nobody. */
  'agents.detail': (id: string) => Promise<AgentDetail>;
  /** A disabled agent is given no more steps, also after a restart; what it does now goes on. */
  'agents.setEnabled': (request: { readonly id: string; readonly enabled: boolean }) => Promise<void>;
}

const id = z.string().min(1).max(200);
export const agentDetailArguments = {
  'agents.detail': z.tuple([id]),
  'agents.setEnabled': z.tuple([z.strictObject({ id, enabled: z.boolean() })]),
} as const;

// What people say about runs, proposals and agents, and what came of it.

import { z } from 'zod';
import { feedbackReasons } from '#protocol/optionWords.ts';

const id = z.string().min(1).max(200);
export const feedbackTargetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('run'), id }),
  z.strictObject({ kind: z.literal('proposal'), id }),
  /** Without a capability it is about all of them. */
  z.strictObject({ kind: z.literal('agent'), id, capability: z.string().min(1).max(200).optional() }),
]);
export type FeedbackTarget = z.infer<typeof feedbackTargetSchema>;

export type FeedbackReason = (typeof feedbackReasons)[number];

const giveSchema = z.strictObject({
  target: feedbackTargetSchema,
  rating: z.enum(['up', 'down']),
  reason: z.enum(feedbackReasons).optional(),
  text: z.string().max(4_000).optional(),
});
export type GiveFeedback = z.infer<typeof giveSchema>;

/** One capability of one agent that a note counts for; the shares of a note add up to 1. */
export interface FeedbackShare {
  readonly agent: string;
  /** Empty: all of the agent's. */
  readonly capability: string;
  readonly share: number;
}

export interface FeedbackNote {
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly target: FeedbackTarget;
  /** What the target was called then. */
  readonly title: string;
  readonly rating: 'up' | 'down';
  readonly reason: FeedbackReason | null;
  readonly text: string;
  /** Empty where no agent had worked. */
  readonly shares: readonly FeedbackShare[];
}

/** How sure the team is that an agent can do something, and what that rests on. */
export interface LearnedCapability {
  readonly name: string;
  /** Above 0, below 1: what its file declares, moved by what was measured. */
  readonly confidence: number;
  readonly declared: number;
  /** Executions that used it; under 20 it is mostly what was declared. */
  readonly runs: number;
  readonly succeeded: number;
  /** Notes of people that count for it, whole or in part. */
  readonly notes: number;
}

/** What notes have changed: the confidence as it would be without them, and as it is. */
export interface FeedbackOutcome {
  readonly agent: string;
  readonly name: string;
  readonly capability: string;
  readonly without: number;
  readonly confidence: number;
  readonly notes: number;
  readonly runs: number;
}

export interface FeedbackMethods {
  /**
   * A second note on the same run or proposal takes the place of the first. Tells the bus (`feedback.given`, rating 5 or 1).
   * Nothing of it leaves the machine.
   */
  'feedback.give': (request: GiveFeedback) => Promise<FeedbackNote>;
  /** Newest first; 500 when no limit is given. */
  'feedback.list': (query?: { readonly limit?: number }) => Promise<readonly FeedbackNote[]>;
  /** Throws `feedback.notFound`. */
  'feedback.withdraw': (id: string) => Promise<void>;
  /** Greatest change first. Agents that are gone are left out. */
  'feedback.outcome': () => Promise<readonly FeedbackOutcome[]>;
}

export const feedbackArguments = {
  'feedback.give': z.tuple([giveSchema]),
  'feedback.list': z.tuple([z.strictObject({ limit: z.number().int().min(1).max(10_000).optional() }).optional()]),
  'feedback.withdraw': z.tuple([id]),
  'feedback.outcome': z.tuple([]),
} as const;

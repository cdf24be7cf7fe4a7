// Who pays for a call, as the models see it: room is asked for before each attempt and what was used is booked after it.

import type { Bound } from '#core/llm/budget/amount.ts';
import type { CallOrigin } from '#core/llm/keyUse.ts';
import type { Usage } from '#protocol/usage.ts';

export interface CallAccount {
  /** The step that pays. Default: none. */
  readonly origin?: CallOrigin;
  /** An answer that was given to exactly this question before is taken again. */
  readonly cache: boolean;
  /** Ms spent so far waiting for room: an agent's time limit does not count them. */
  readonly waitedMs: number;
  /** May wait for a person. Throws `budget.spent`, `budget.unpriced`, an AbortError. */
  reserve(
    attempt: { readonly provider: string; readonly model: string; readonly bound: Bound },
    options: { readonly signal: AbortSignal },
  ): Promise<{
    /** Exactly once, whatever came of the attempt; nothing when it was not made. Never rejects. */
    settle(used: readonly Usage[]): Promise<void>;
  }>;
}

// One call to a model as the agents make it, and its whole answer.

import type { CallAccount } from '#core/llm/account.ts';
import type { ErrorView } from '#base/errors.ts';
import type { Usage } from '#protocol/usage.ts';
import type { ChatPart, ModelEvent, ModelRequest, StopReason } from '#core/llm/provider.ts';
import type { ModelWishes, RouteDecision } from '#core/llm/router.ts';

export interface ModelCall extends Omit<ModelRequest, 'model'> {
  readonly agent: string;
  readonly wishes: ModelWishes;
  /** Default: nobody counts. */
  readonly account?: CallAccount | undefined;
}

export interface FailedAttempt {
  readonly provider: string;
  readonly model: string;
  readonly error: ErrorView;
  /** Ms until the next attempt; absent when another candidate is asked at once. */
  readonly waitMs?: number;
}

export interface ModelHooks {
  /** Live, in order; what came before an `onRestart` belongs to a failed attempt. */
  readonly onEvent?: (event: ModelEvent) => void;
  /** The attempt failed and its output is void; another one follows after `waitMs`, or at once and elsewhere. */
  readonly onRestart?: (failed: FailedAttempt) => void;
}

export interface ModelAnswer {
  readonly provider: string;
  readonly model: string;
  /** The assistant's message, to be sent back as it is. */
  readonly parts: readonly ChatPart[];
  readonly text: string;
  readonly calls: readonly Extract<ChatPart, { kind: 'toolCall' }>[];
  readonly stop: Exclude<StopReason, 'refusal'>;
  /** All attempts, the failed ones included. */
  readonly usage: readonly Usage[];
  readonly route: RouteDecision;
  /** It was given before, to the same question: nobody was called and nothing was used. */
  readonly cached?: true;
}

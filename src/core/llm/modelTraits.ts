// What an agent wishes of any model, whoever makes it, and which of that a model does not meet.

import type { CandidateFigures, RoutePolicy } from '#core/llm/routeOrder.ts';

/** How much a model shall think before it answers. */
export const reasoningEfforts = ['low', 'medium', 'high'] as const;
export type ReasoningEffort = (typeof reasoningEfforts)[number];

/** Wishes, not conditions: what no model meets falls back, and the record of the call says so. */
export interface ModelTraits {
  /** In which order models go that nobody named. Null: as the workspace says. Counts only where the workspace says `priority`. */
  readonly policy: RoutePolicy | null;
  /** A window of at least so many tokens; null: any. */
  readonly contextTokens: number | null;
  /** It takes images. */
  readonly images: boolean;
  /** Null: the vendor's default. */
  readonly reasoning: ReasoningEffort | null;
}

export const noTraits: ModelTraits = { policy: null, contextTokens: null, images: false, reasoning: null };

/** In words for a record; empty when all is met. */
export function unmetTraits(traits: ModelTraits, figures: CandidateFigures): readonly string[] {
  const { contextTokens, images, reasoning } = traits;
  return [
    ...(contextTokens !== null && figures.contextTokens < contextTokens
      ? [`${contextTokens} tokens of context wished, it has ${figures.contextTokens}`]
      : []),
    ...(images && !figures.images ? ['images wished, it takes none'] : []),
    ...(reasoning !== null && !figures.reasoning ? [`${reasoning} reasoning wished, it cannot be told`] : []),
  ];
}

// Tokens and money as budgets count them.

import { IMAGE_TOKENS_BOUND } from '#core/llm/images.ts';
import type { TokenCounts } from '#core/llm/provider.ts';
import type { ModelRequest } from '#core/llm/provider.ts';
import { costMicroUsd, type ModelPrice } from '#core/llm/pricing.ts';
import type { Spent } from '#protocol/spending.ts';

/** What one call may come to at most. Null: its price is unknown. */
export interface Bound {
  readonly costMicroUsd: number | null;
  readonly tokens: number;
}

export const nothingSpent: Spent = { costMicroUsd: 0, tokens: 0 };

/** Per message, call and tool: what vendors add around the text. */
const FRAME_TOKENS = 32;
const SYSTEM_TOKENS = 1_000;

export function plus(a: Spent, b: Spent): Spent {
  return { costMicroUsd: a.costMicroUsd + b.costMicroUsd, tokens: a.tokens + b.tokens };
}

export function minus(a: Spent, b: Spent): Spent {
  return { costMicroUsd: a.costMicroUsd - b.costMicroUsd, tokens: a.tokens - b.tokens };
}

/**
 * No vendor's tokens are shorter than a byte on average over code and prose; two bytes of ASCII and one of anything else leave
 * room for the worst text. Output counts whole. All input is priced at the dearest rate it may have.
 */
export function boundOf(
  request: Omit<ModelRequest, 'model'>,
  at: { readonly provider: string; readonly model: string },
  prices: readonly ModelPrice[],
): Bound {
  const input = inputBound(request);
  const output = request.maxOutputTokens;
  const counts = (written: number): TokenCounts => ({
    inputTokens: input,
    cachedInputTokens: 0,
    cacheWriteTokens: written,
    outputTokens: output,
  });
  const plain = costMicroUsd(prices, at, counts(0));
  const written = costMicroUsd(prices, at, counts(input));
  return { costMicroUsd: plain === null || written === null ? null : Math.max(plain, written), tokens: input + output };
}

function inputBound({ system, messages, tools }: Omit<ModelRequest, 'model'>): number {
  const parts = messages.flatMap((message) => message.parts);
  const written = parts.filter((part) => part.kind !== 'image');
  const texts = [system, ...written.map((part) => JSON.stringify(part)), ...tools.map((tool) => JSON.stringify(tool))];
  const images = (parts.length - written.length) * IMAGE_TOKENS_BOUND;
  const framed = (messages.length + parts.length + tools.length) * FRAME_TOKENS + SYSTEM_TOKENS + images;
  return texts.reduce((sum, text) => sum + tokenBound(text), framed);
}

function tokenBound(text: string): number {
  const bytes = new TextEncoder().encode(text).length;
  const wide = bytes - text.length;
  // Each wide character has at least one byte more than units: its bytes count whole, the ASCII around it by two.
  return wide === 0 ? Math.ceil(bytes / 2) : Math.ceil((bytes + wide * 2) / 2);
}

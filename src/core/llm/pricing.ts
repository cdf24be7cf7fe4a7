// What tokens cost, from a table that people can check and replace. A model that is not in it has no known price.

import { z } from 'zod';
import type { TokenCounts } from '#core/llm/provider.ts';

const priceSchema = z.object({
  provider: z.string(),
  model: z.string(),
  /** US dollars per million tokens. */
  inputUsdPerMTok: z.number().nonnegative(),
  /** Absent: cached input costs what other input costs. */
  cachedInputUsdPerMTok: z.number().nonnegative().optional(),
  /** Absent: input written to the cache costs what other input costs. */
  cacheWriteUsdPerMTok: z.number().nonnegative().optional(),
  outputUsdPerMTok: z.number().nonnegative(),
  /** Where the price was read. */
  source: z.string(),
  /** When it was read there: `2026-11-20`. Absent: not said. */
  date: z.iso.date().optional(),
});
export type ModelPrice = z.infer<typeof priceSchema>;

const tableSchema = z.object({ models: z.array(priceSchema) });

/** Reads `resources/pricing/models.json` or a workspace's own table. Throws a ZodError or SyntaxError for another shape. */
export function parsePrices(json: string): readonly ModelPrice[] {
  return tableSchema.parse(JSON.parse(json)).models;
}

/** Undefined when it is unknown. Later entries of a table win over earlier ones. */
export function priceOf(prices: readonly ModelPrice[], at: { readonly provider: string; readonly model: string }): ModelPrice | undefined {
  return prices.findLast((entry) => entry.provider === at.provider && entry.model === at.model);
}

/** Micro US dollars, rounded up; null when the price or a count is unknown. */
export function costMicroUsd(prices: readonly ModelPrice[], at: { provider: string; model: string }, tokens: TokenCounts): number | null {
  const price = priceOf(prices, at);
  if (price === undefined || tokens.inputTokens === null || tokens.outputTokens === null) return null;
  const { inputUsdPerMTok, cachedInputUsdPerMTok = inputUsdPerMTok, cacheWriteUsdPerMTok = inputUsdPerMTok, outputUsdPerMTok } = price;
  const [cached, written] = [tokens.cachedInputTokens ?? 0, tokens.cacheWriteTokens ?? 0];
  // Dollars per million tokens are micro dollars per token.
  const input = (tokens.inputTokens - cached - written) * inputUsdPerMTok + cached * cachedInputUsdPerMTok + written * cacheWriteUsdPerMTok;
  return Math.ceil(input + tokens.outputTokens * outputUsdPerMTok);
}

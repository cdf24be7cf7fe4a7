// Token usage of model calls. Counts are what the vendor reported; a missing report is `null`, never zero.

import { z } from 'zod';

export const usageSchema = z.object({
  provider: z.string(),
  model: z.string(),
  calls: z.number().int().nonnegative(),
  inputTokens: z.number().int().nonnegative().nullable(),
  cachedInputTokens: z.number().int().nonnegative().nullable(),
  outputTokens: z.number().int().nonnegative().nullable(),
  /** Micro US dollars; null when the model's price is unknown. */
  costMicroUsd: z.number().int().nonnegative().nullable(),
});
export type Usage = z.infer<typeof usageSchema>;

// Budgets as options.

import { usage } from '#cli/options.ts';
import type { Budget } from '#protocol/spending.ts';

/** Undefined when neither is given. `names` are the options' own, for messages. Throws `cli.usage`. */
export function budgetOptions(
  given: { readonly usd: string; readonly tokens: string },
  names: readonly [usd: string, tokens: string],
): Budget | undefined {
  const costMicroUsd = given.usd === '' ? undefined : Math.round(Number(given.usd) * 1_000_000);
  const tokens = given.tokens === '' ? undefined : Number(given.tokens);
  if (costMicroUsd !== undefined && !(Number.isSafeInteger(costMicroUsd) && costMicroUsd > 0))
    throw usage(`${names[0]} ${given.usd}: it is an amount above 0 in US dollars, such as 2.50.`);
  if (tokens !== undefined && !(Number.isSafeInteger(tokens) && tokens > 0))
    throw usage(`${names[1]} ${given.tokens}: it is a whole number above 0.`);
  if (costMicroUsd === undefined && tokens === undefined) return undefined;
  return { ...(costMicroUsd !== undefined && { costMicroUsd }), ...(tokens !== undefined && { tokens }) };
}

// Limits as numbers and as words.

import type { Budget } from '#protocol/spending.ts';

/** The choice in a decision that raises a run's budget: counted in its events. */
export const RAISE_RUN = 'raise-run';

/** A raise adds the budget once more. */
export function raised({ costMicroUsd, tokens }: Budget, raises: number): Budget {
  return {
    ...(costMicroUsd !== undefined && { costMicroUsd: costMicroUsd * (raises + 1) }),
    ...(tokens !== undefined && { tokens: tokens * (raises + 1) }),
  };
}

/** `$1.50 and 20,000 tokens`. */
export function budgetText({ costMicroUsd, tokens }: Budget): string {
  const parts = [
    ...(costMicroUsd === undefined ? [] : [dollars(costMicroUsd)]),
    ...(tokens === undefined ? [] : [`${tokens.toLocaleString('en-US')} tokens`]),
  ];
  return parts.join(' and ');
}

/** Cents, and finer below one dollar where that says more. */
export function dollars(microUsd: number): string {
  const usd = microUsd / 1_000_000;
  const text = usd.toFixed(usd < 1 ? 4 : 2);
  return `$${usd < 1 ? text.replace(/0{1,2}$/, '') : text}`;
}

// Limits in words.

import type { Budget } from '#protocol/spending.ts';

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

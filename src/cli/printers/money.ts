// Amounts as the command line prints them. What is unknown is said beside the sum, never left out.

import { plural } from '#cli/printers/format.ts';
import { dollars } from '#core/llm/budget/limit.ts';
import type { CostLine, Range } from '#protocol/spending.ts';

type Figures = Omit<CostLine, 'name'>;

/** `$0.12`, `$0.12 + 2 calls of unknown price`, or `unknown price` alone. */
export function costText({ costMicroUsd, calls, unknownCost }: Pick<Figures, 'costMicroUsd' | 'calls' | 'unknownCost'>): string {
  if (unknownCost === 0) return dollars(costMicroUsd);
  if (unknownCost === calls) return 'unknown price';
  return `${dollars(costMicroUsd)} + ${plural(unknownCost, 'call')} of unknown price`;
}

export function tokensText({ tokens, unknownTokens }: Pick<Figures, 'tokens' | 'unknownTokens'>): string {
  const known = `${tokens.toLocaleString('en-US')} tokens`;
  return unknownTokens === 0 ? known : `${known} + ${plural(unknownTokens, 'call')} not reported`;
}

/** `3 to 9, half of them up to 5`. */
export function rangeText(range: Range, write: (value: number) => string): string {
  if (range.min === range.max) return write(range.min);
  return `${write(range.min)} to ${write(range.max)}, half of them up to ${write(range.median)}`;
}

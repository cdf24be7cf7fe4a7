// What a budget says when it is in the way.

import { AppError } from '#base/errors.ts';

/** A person said stop. The run ends with what it has and can be resumed. */
export const budgetSpent = (scope: string, limit: string): AppError =>
  new AppError({
    code: 'budget.spent',
    message: `The budget of ${scope} (${limit}) is reached, and it was not raised.`,
    details: { scope, limit },
  });

/** Money cannot be counted for this model; another one may do. */
export const budgetUnpriced = (provider: string, model: string): AppError =>
  new AppError({
    code: 'budget.unpriced',
    message: `The price of ${provider}/${model} is unknown, so a budget in dollars cannot be kept. Add it to .cas/pricing.json, or set the budget in tokens.`,
    details: { provider, model },
  });

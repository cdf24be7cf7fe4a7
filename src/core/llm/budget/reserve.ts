// Room in every budget of a call before it is made. Where there is none, a person is asked; one answer serves all that wait.

import { throwIfAborted } from '#base/abort.ts';
import type { Bound } from '#core/llm/budget/amount.ts';
import { budgetSpent, budgetUnpriced } from '#core/llm/budget/errors.ts';
import { budgetText } from '#core/llm/budget/limit.ts';
import type { BudgetScope } from '#core/llm/budget/scope.ts';
import type { Spent } from '#protocol/spending.ts';

export interface Reservation {
  /** Books what was used, once. Returns the budgets that are nearly spent now. */
  settle(used: Spent): readonly BudgetScope[];
}

export interface ReservePorts {
  readonly signal: AbortSignal;
  /** Asks a person. `again`: somebody else was answered meanwhile. Rejects with what `scope.next` rejects with. */
  readonly ask: (scope: BudgetScope, bound: Bound) => Promise<'raise' | 'stop' | 'again'>;
}

/**
 * Waits for calls under way to give back what they do not use before anybody is asked. Throws `budget.spent` when a person
 * stops, `budget.unpriced` when money cannot be counted, an AbortError.
 */
export async function reserve(
  scopes: readonly BudgetScope[],
  call: { readonly provider: string; readonly model: string; readonly bound: Bound },
  ports: ReservePorts,
): Promise<Reservation> {
  const { bound } = call;
  if (bound.costMicroUsd === null && scopes.some((scope) => scope.countsMoney)) throw budgetUnpriced(call.provider, call.model);
  for (;;) {
    throwIfAborted(ports.signal);
    const full = scopes.find((scope) => !scope.fits(bound));
    if (full === undefined) return holdAll(scopes, { costMicroUsd: bound.costMicroUsd ?? 0, tokens: bound.tokens });
    if (full.busy) await full.next('change', ports.signal);
    else await askFor(full, bound, ports);
  }
}

function holdAll(scopes: readonly BudgetScope[], held: Spent): Reservation {
  for (const scope of scopes) scope.hold(held);
  let settled = false;
  return {
    settle(used) {
      if (settled) return [];
      settled = true;
      return scopes.filter((scope) => scope.settle(held, used));
    },
  };
}

async function askFor(scope: BudgetScope, bound: Bound, { ask }: ReservePorts): Promise<void> {
  const answer = await ask(scope, bound);
  if (answer === 'again') return;
  if (answer === 'raise') {
    scope.raise();
    scope.decided(null);
    return;
  }
  const stopped = budgetSpent(scope.name, budgetText(scope.limit));
  scope.decided(stopped);
  throw stopped;
}

// The record an agent's step leaves when a budget it pays from is nearly spent: known by its data, its title is for people.

import { z } from 'zod';
import type { RunEvent } from '#protocol/runEvents.ts';

/** The key of the budget's id in the record's data. */
export const BUDGET_WARNING = 'budgetNearlySpent';

const warning = z.object({ [BUDGET_WARNING]: z.string() });

export function isBudgetWarning(event: RunEvent): event is Extract<RunEvent, { type: 'agent.recorded' }> {
  return event.type === 'agent.recorded' && event.kind === 'branch' && warning.safeParse(event.data).success;
}

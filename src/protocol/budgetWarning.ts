// The record an agent's step leaves when a budget it pays from is nearly spent: known by its data, its title is for people.

import type { RunEvent } from '#protocol/runEvents.ts';

/** The key of the budget's id in the record's data. */
export const BUDGET_WARNING = 'budgetNearlySpent';

export function isBudgetWarning(event: RunEvent): event is Extract<RunEvent, { type: 'agent.recorded' }> {
  return event.type === 'agent.recorded' && event.kind === 'branch' && namesBudget(event.data);
}

function namesBudget(data: unknown): boolean {
  return typeof data === 'object' && data !== null && typeof (data as { [BUDGET_WARNING]?: unknown })[BUDGET_WARNING] === 'string';
}

// Terminal errors of providers and budgets: no retry and no other step can mend them, so nothing more of the run may start.

import type { ErrorView } from '#base/errors.ts';
import type { RunState } from '#core/engine/state.ts';

const TERMINAL: ReadonlySet<string> = new Set(['llm.auth', 'llm.quota', 'budget.spent']);

export function isTerminal(error: ErrorView): boolean {
  return TERMINAL.has(error.code);
}

/** Runs without flag v2 go on with what does not need a model. */
export function stopsRun(state: Pick<RunState, 'flags'>, error: ErrorView): boolean {
  return state.flags.has('v2') && isTerminal(error);
}

// API methods about money: reports, budgets, estimates.

import { costReport } from '#core/api/spending/report.ts';
import { estimate, ESTIMATE_RUNS } from '#core/api/spending/estimate.ts';
import type { BudgetBook } from '#core/api/spending/budgetBook.ts';
import { resolveRun } from '#core/api/resolve.ts';
import type { Store } from '#core/store/store.ts';
import type { CoreMethods } from '#protocol/api.ts';

type SpendingMethods = Pick<CoreMethods, Extract<keyof CoreMethods, `costs.${string}` | `budgets.${string}` | 'runs.estimate'>>;

export function spendingMethods(deps: {
  readonly store: Store;
  readonly book: BudgetBook;
  /** Throws `workflow.notFound`, `workflow.invalid`. */
  readonly definition: (name: string) => Promise<unknown>;
}): SpendingMethods {
  const { store, book } = deps;
  return {
    'costs.report': async ({ by, since = null, run }) => {
      const runId = run === undefined ? undefined : (await resolveRun(store, run)).id;
      const sums = await store.costs.sums({ ...(since !== null && { since }), ...(runId !== undefined && { runIds: [runId] }) });
      const runs = by === 'workflow' || by === 'tag' ? await store.runs.list() : [];
      return costReport(sums, new Map(runs.map((one) => [one.id, one])), { by, since });
    },
    'budgets.get': () => book.status(),
    'budgets.set': async ({ scope, budget }) => book.set(scope, budget),
    'runs.estimate': async (workflow) => {
      await deps.definition(workflow);
      const ended = (await store.runs.list({ workflow, limit: ESTIMATE_RUNS * 4 })).filter(
        (run) => run.status === 'completed' || run.status === 'partial',
      );
      const runs = ended.slice(0, ESTIMATE_RUNS);
      return estimate(workflow, runs, await store.costs.sums({ runIds: runs.map((run) => run.id) }));
    },
  };
}

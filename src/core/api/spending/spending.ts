// How runs pay: their accounts, and what people see and set of budgets and costs.

import { BudgetBook, ENGINE } from '#core/api/spending/budgetBook.ts';
import type { Prices } from '#core/api/spending/prices.ts';
import { ANSWERED_ELSEWHERE, runAccount, titleOf } from '#core/api/spending/runAccount.ts';
import type { Runtime } from '#core/engine/runtime.ts';
import type { StepContext, StepTask } from '#core/engine/executor.ts';
import type { CallAccount } from '#core/llm/account.ts';
import type { Log } from '#core/ports.ts';
import type { Clock } from '#base/clock.ts';
import type { Store } from '#core/store/store.ts';
import type { Spending } from '#protocol/spending.ts';

export interface RunSpending {
  readonly book: BudgetBook;
  /** For one step, with the prices as they are now. */
  account(task: Pick<StepTask, 'runId' | 'path'>, agent: string, context: StepContext): Promise<CallAccount>;
}

export function createSpending(ports: {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly prices: Prices;
  readonly decide: (runId: string, request: Parameters<Runtime['decide']>[1]) => Promise<void>;
}): RunSpending {
  const book = new BudgetBook(ports);
  /** Whatever goes wrong, the question stays open for a person. */
  async function withdraw(
    { runId, path }: { readonly runId: string; readonly path: string },
    mine: (title: string) => boolean,
  ): Promise<void> {
    try {
      for (const { id, choice } of (await openQuestions(ports.store, runId, path)).filter(({ title }) => mine(title)))
        await ports.decide(runId, { decisionId: id, choice, by: ENGINE, reason: ANSWERED_ELSEWHERE });
    } catch (error) {
      ports.log.warn('A question about a budget could not be withdrawn.', { runId, path, reason: String(error) });
    }
  }
  return {
    book,
    async account({ runId, path }, agent, context) {
      await ports.prices.load();
      const spending = await spendingOf(ports.store, runId);
      const current = new Set((await book.scopesOf(runId, spending)).map((scope) => titleOf(scope)));
      // Left from a process that ended before it could withdraw them.
      await withdraw({ runId, path }, (title) => !current.has(title));
      return runAccount(
        { runId, path, agent, context, spending },
        { ...ports, book, withdraw: (payer, title) => withdraw(payer, (one) => one === title) },
      );
    },
  };
}

/** Questions about budgets that this step asked and nobody answered; `choice` is the one that raises. */
async function openQuestions(store: Pick<Store, 'runs'>, runId: string, path: string) {
  const events = await store.runs.events(runId, { types: ['decision.requested', 'decision.made'] });
  const made = new Set(events.flatMap((event) => (event.type === 'decision.made' ? [event.id] : [])));
  return events.flatMap((event) => {
    if (event.type !== 'decision.requested' || event.path !== path || made.has(event.id)) return [];
    const raise = event.options.find(({ id }) => id.startsWith('raise-'));
    return raise === undefined ? [] : [{ id: event.id, title: event.title, choice: raise.id }];
  });
}

async function spendingOf(store: Pick<Store, 'runs'>, runId: string): Promise<Spending> {
  const [created] = await store.runs.events(runId, { limit: 1 });
  return created?.type === 'run.created' ? (created.spending ?? {}) : {};
}

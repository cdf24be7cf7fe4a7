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
      const open = (await budgetQuestions(ports.store, runId)).filter((one) => one.made === null && one.path === path);
      for (const { id, choice } of open.filter(({ title }) => mine(title)))
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
      const stops = await stopsOf(ports.store, runId);
      const current = new Set((await book.scopesOf(runId, spending)).map((scope) => titleOf(scope, stops)));
      // Left from a process that ended before it could withdraw them.
      await withdraw({ runId, path }, (title) => !current.has(title));
      return runAccount(
        { runId, path, agent, context, spending, stops },
        { ...ports, book, withdraw: (payer, title) => withdraw(payer, (one) => one === title) },
      );
    },
  };
}

/** Stops that have ended the run already. One that was answered while nobody worked on the run is still to be heard. */
async function stopsOf(store: Pick<Store, 'runs'>, runId: string): Promise<number> {
  const [ended] = (await store.runs.events(runId, { types: ['run.partial'] })).slice(-1);
  const questions = ended === undefined ? [] : await budgetQuestions(store, runId);
  return questions.filter(({ made }) => made?.choice === 'stop' && made.by !== ENGINE && made.seq < (ended?.seq ?? 0)).length;
}

interface BudgetQuestion {
  readonly id: string;
  readonly path: string;
  readonly title: string;
  /** The one that raises. */
  readonly choice: string;
  /** Null: nobody answered yet. */
  readonly made: { readonly seq: number; readonly choice: string; readonly by: string } | null;
}

/** All that this run asked about budgets. */
async function budgetQuestions(store: Pick<Store, 'runs'>, runId: string): Promise<readonly BudgetQuestion[]> {
  const events = await store.runs.events(runId, { types: ['decision.requested', 'decision.made'] });
  const made = new Map(events.flatMap((event) => (event.type === 'decision.made' ? [[event.id, event]] : [])));
  return events.flatMap((event) => {
    if (event.type !== 'decision.requested' || event.path === null) return [];
    const raise = event.options.find(({ id }) => id.startsWith('raise-'));
    return raise === undefined
      ? []
      : [{ id: event.id, path: event.path, title: event.title, choice: raise.id, made: made.get(event.id) ?? null }];
  });
}

async function spendingOf(store: Pick<Store, 'runs'>, runId: string): Promise<Spending> {
  const [created] = await store.runs.events(runId, { limit: 1 });
  return created?.type === 'run.created' ? (created.spending ?? {}) : {};
}

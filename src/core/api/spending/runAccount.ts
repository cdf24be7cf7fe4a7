// What one step of a run pays its calls from: reserves in the budgets, asks a person at a limit, books each call.

import type { Clock } from '#base/clock.ts';
import { isAbort } from '#base/errors.ts';
import { WaitTimer } from '#base/waitTimer.ts';
import type { BudgetBook } from '#core/api/spending/budgetBook.ts';
import type { DecisionRequest, StepContext } from '#core/engine/executor.ts';
import type { CallAccount } from '#core/llm/account.ts';
import type { Bound } from '#core/llm/budget/amount.ts';
import { reserve } from '#core/llm/budget/reserve.ts';
import { budgetText, dollars } from '#core/llm/budget/limit.ts';
import { RAISE_RUN, raised } from '#protocol/spent.ts';
import type { BudgetScope } from '#core/llm/budget/scope.ts';
import type { Log } from '#core/ports.ts';
import type { Store } from '#core/store/store.ts';
import { BUDGET_WARNING } from '#protocol/budgetWarning.ts';
import type { Spending, Spent } from '#protocol/spending.ts';
import type { Usage } from '#protocol/usage.ts';

export interface AccountPorts {
  readonly book: BudgetBook;
  readonly store: Pick<Store, 'agents'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Answers the open questions of this step with this title with `ANSWERED_ELSEWHERE`. */
  readonly withdraw: (payer: Pick<Payer, 'runId' | 'path'>, title: string) => Promise<void>;
}

/** The reason of an answer that was given to another step. */
export const ANSWERED_ELSEWHERE = 'answered at another step';

export interface Payer {
  readonly runId: string;
  readonly path: string;
  readonly agent: string;
  readonly context: StepContext;
  readonly spending: Spending;
  /** How often a person stopped this run at a budget before: it was resumed since, so they are asked anew. */
  readonly stops: number;
}

export function runAccount(payer: Payer, ports: AccountPorts): CallAccount {
  const { book, clock } = ports;
  const { context } = payer;
  const timer = new WaitTimer(clock);

  /** Each step that waits has its question, so that its time stands still; the first answer is given to the others too. */
  async function askPerson(scope: BudgetScope, bound: Bound, signal: AbortSignal): Promise<'raise' | 'stop' | 'again'> {
    const request = questionAbout(scope, bound, payer.stops);
    const done = new AbortController();
    const asked = context.decide(request);
    const elsewhere = scope.next('decision', AbortSignal.any([signal, done.signal]));
    elsewhere.then(
      () => ports.withdraw(payer, request.title),
      (error: unknown) => (isAbort(error) ? undefined : ports.withdraw(payer, request.title)),
    );
    const { choice, reason } = await asked.finally(() => done.abort());
    if (reason === ANSWERED_ELSEWHERE) {
      await elsewhere.catch((error: unknown) => {
        if (!isAbort(error)) throw error;
      });
      return 'again';
    }
    if (choice === 'stop') return 'stop';
    await book.raised(scope);
    return 'raise';
  }

  return {
    origin: { runId: payer.runId, path: payer.path },
    cache: payer.spending.cache === true,
    get waitedMs() {
      return timer.waitedMs;
    },
    async reserve(attempt, { signal }) {
      const reservation = await timer.during(async () => {
        const scopes = await book.scopesOf(payer.runId, payer.spending);
        return reserve(scopes, attempt, { signal, ask: (scope, bound) => askPerson(scope, bound, signal) });
      });
      return {
        async settle(used) {
          const nearlySpent = reservation.settle(spentOf(used, attempt.bound));
          await record(payer, used, ports);
          for (const scope of nearlySpent) await warn(payer, scope, ports);
        },
      };
    },
  };
}

/** What a vendor did not report is booked as the most it can have been. */
export function spentOf(used: readonly Usage[], bound: Bound): Spent {
  let [costMicroUsd, tokens] = [0, 0];
  for (const { inputTokens, outputTokens, costMicroUsd: cost } of used) {
    tokens += inputTokens === null || outputTokens === null ? bound.tokens : inputTokens + outputTokens;
    costMicroUsd += cost ?? bound.costMicroUsd ?? 0;
  }
  return { costMicroUsd, tokens };
}

async function record({ runId, path, agent }: Payer, used: readonly Usage[], { store, clock, log }: AccountPorts): Promise<void> {
  const at = clock.now();
  try {
    await store.agents.recordUsage(used.map((usage) => ({ runId, path, agent, at, ...usage })));
  } catch (error) {
    log.error('What a model call used could not be recorded.', { runId, path }, error);
  }
}

async function warn({ path, agent, context }: Payer, scope: BudgetScope, { clock, log }: AccountPorts): Promise<void> {
  const message = `80 % of the budget of ${scope.name} is spent: ${spentText(scope)}`;
  context.emit({ type: 'progress', path, message });
  const { costMicroUsd, tokens } = scope.limit;
  const data = {
    [BUDGET_WARNING]: scope.id,
    spent: { ...scope.spent },
    limit: { costMicroUsd: costMicroUsd ?? null, tokens: tokens ?? null },
  };
  try {
    await context.record({ agent, kind: 'branch', title: message, data, startedAt: clock.now(), durationMs: 0, ok: true });
  } catch (error) {
    // A step that was stopped meanwhile records nothing more; the call itself is booked.
    if (!isAbort(error)) log.warn('A budget warning could not be recorded.', { path, reason: String(error) });
  }
}

/** Names the limit and the stops, so that each limit is asked about once, also after a restart, and again after a stop and a resume. */
export function titleOf(scope: BudgetScope, stops: number): string {
  const before = stops === 0 ? '' : stops === 1 ? ' (you stopped here once)' : ` (you stopped here ${stops} times)`;
  return `The budget of ${scope.name} is reached: ${budgetText(scope.limit)}${before}`;
}

function questionAbout(scope: BudgetScope, bound: Bound, stops: number): DecisionRequest {
  const most = [...(bound.costMicroUsd === null ? [] : [dollars(bound.costMicroUsd)]), `${bound.tokens.toLocaleString('en-US')} tokens`];
  const next = budgetText(raised(scope.budget, scope.raises + 1));
  const raise = scope.id.startsWith('run:') ? RAISE_RUN : `raise-${scope.id.split(':', 1)[0]}`;
  return {
    kind: 'approval',
    title: titleOf(scope, stops),
    detail: `Spent: ${spentText(scope)}. The next call may use up to ${most.join(' and ')}.`,
    options: [
      { id: raise, label: `Raise it to ${next}` },
      { id: 'stop', label: 'Stop the run; what is done is kept' },
    ],
  };
}

function spentText({ spent, limit }: BudgetScope): string {
  const parts = [
    ...(limit.costMicroUsd === undefined ? [] : [`${dollars(spent.costMicroUsd)} of ${dollars(limit.costMicroUsd)}`]),
    ...(limit.tokens === undefined ? [] : [`${spent.tokens.toLocaleString('en-US')} of ${limit.tokens.toLocaleString('en-US')} tokens`]),
  ];
  return parts.join(', ');
}

// One budget: its limit, what is spent of it, and what calls under way hold of it. Never more is given out than there is.

import { abortError } from '#base/abort.ts';
import type { Bound } from '#core/llm/budget/amount.ts';
import { minus, nothingSpent, plus } from '#core/llm/budget/amount.ts';
import { raised } from '#protocol/spent.ts';
import type { Budget, Spent } from '#protocol/spending.ts';

/** The share of a budget after which it warns, once for each limit. */
const WARN_SHARE = 0.8;

export class BudgetScope {
  readonly id: string;
  /** For people: "this run", "today (2026-11-20)", "tag nightly". */
  readonly name: string;
  /** As it was set; a raise adds this once more. */
  budget: Budget;
  #raises: number;
  #spent: Spent;
  #held: Spent = nothingSpent;
  #holders = 0;
  #warnedAt: number;
  #waiting = new Map<(stopped: Error | null) => void, 'change' | 'decision'>();

  constructor(from: { id: string; name: string; budget: Budget; raises: number; spent: Spent }) {
    this.id = from.id;
    this.name = from.name;
    this.budget = from.budget;
    this.#raises = from.raises;
    this.#spent = from.spent;
    this.#warnedAt = this.#share >= WARN_SHARE ? from.raises : -1;
  }

  get raises(): number {
    return this.#raises;
  }

  get spent(): Spent {
    return this.#spent;
  }

  get limit(): Budget {
    return raised(this.budget, this.#raises);
  }

  /** Calls hold some of it and may give some back. */
  get busy(): boolean {
    return this.#holders > 0;
  }

  get countsMoney(): boolean {
    return this.budget.costMicroUsd !== undefined;
  }

  fits(bound: Bound): boolean {
    const { costMicroUsd, tokens } = this.limit;
    const taken = plus(this.#spent, this.#held);
    if (tokens !== undefined && taken.tokens + bound.tokens > tokens) return false;
    return costMicroUsd === undefined || (bound.costMicroUsd !== null && taken.costMicroUsd + bound.costMicroUsd <= costMicroUsd);
  }

  hold(amount: Spent): void {
    this.#held = plus(this.#held, amount);
    this.#holders += 1;
  }

  /** Gives back what was held and books what was used. True once for each limit, when the warning is due. */
  settle(held: Spent, used: Spent): boolean {
    this.#held = minus(this.#held, held);
    this.#holders -= 1;
    this.#spent = plus(this.#spent, used);
    this.#wake('change', null);
    if (this.#warnedAt >= this.#raises || this.#share < WARN_SHARE) return false;
    this.#warnedAt = this.#raises;
    return true;
  }

  /** Set anew by a person: what is held and spent stays. */
  reset(budget: Budget): void {
    this.budget = budget;
    this.#raises = 0;
    this.#warnedAt = -1;
    this.decided(null);
  }

  raise(): void {
    this.#raises += 1;
  }

  /** A person raised it, or stopped: everyone who waits looks again, or is told. */
  decided(stopped: Error | null): void {
    this.#wake('decision', stopped);
  }

  #wake(what: 'change' | 'decision', stopped: Error | null): void {
    const waiting = Array.from(this.#waiting).filter(([, wanted]) => what === 'decision' || wanted === 'change');
    for (const [wake] of waiting) {
      this.#waiting.delete(wake);
      wake(stopped);
    }
  }

  /** Resolves after the next change, or the next decision of a person; rejects when that was to stop, or with an AbortError. */
  next(wanted: 'change' | 'decision', signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.delete(wake);
        reject(abortError());
      };
      const wake = (stopped: Error | null): void => {
        signal.removeEventListener('abort', onAbort);
        if (stopped === null) resolve();
        else reject(stopped);
      };
      this.#waiting.set(wake, wanted);
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  get #share(): number {
    const { costMicroUsd, tokens } = this.limit;
    const share = (used: number, limit: number | undefined): number => (limit === undefined ? 0 : used / limit);
    return Math.max(share(this.#spent.costMicroUsd, costMicroUsd), share(this.#spent.tokens, tokens));
  }
}

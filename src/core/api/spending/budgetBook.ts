// The budgets of a workspace: one per run that has one, one per day, one per tag. Limits and raises live in the store's values.

import type { Clock } from '#base/clock.ts';
import type { Json } from '#base/json.ts';
import { RAISE_RUN } from '#protocol/spent.ts';
import { BudgetScope } from '#core/llm/budget/scope.ts';
import { plus, nothingSpent } from '#core/llm/budget/amount.ts';
import type { CostSum, Store } from '#core/store/store.ts';
import { type Budget, budgetSchema, type BudgetStatus, type Spending, type Spent } from '#protocol/spending.ts';

const DAY_MS = 86_400_000;
const SCOPE = 'budget';
/** Who answers a question that was answered at another step. */
export const ENGINE = 'engine';

type Standing = BudgetStatus['scope'];

export class BudgetBook {
  readonly #store: Pick<Store, 'values' | 'costs' | 'runs'>;
  readonly #clock: Clock;
  readonly #open = new Map<string, Promise<BudgetScope>>();

  constructor(ports: { readonly store: Pick<Store, 'values' | 'costs' | 'runs'>; readonly clock: Clock }) {
    this.#store = ports.store;
    this.#clock = ports.clock;
  }

  /** Everything a call of this run has to fit into now. */
  async scopesOf(runId: string, { budget, tags = [] }: Spending): Promise<readonly BudgetScope[]> {
    const limits = await this.#limits();
    const standing = limits.filter(({ scope }) => scope.kind === 'day' || tags.includes(scope.tag));
    return Promise.all([
      ...(budget === undefined ? [] : [this.#runScope(runId, budget)]),
      ...standing.map((one) => this.#standingScope(one.scope, one.budget)),
    ]);
  }

  /** Call it before the scope itself is raised: what is durable first, then what is in memory. */
  async raised(scope: BudgetScope): Promise<void> {
    if (!scope.id.startsWith('run:')) await this.#store.values.set(SCOPE, `raises:${scope.id}`, scope.raises + 1);
  }

  /** Null takes it away. Holds for calls that begin from now on. */
  async set(scope: Standing, budget: Budget | null): Promise<void> {
    await this.#store.values.set(SCOPE, keyOf(scope), budget as Json);
    const id = this.#idOf(scope);
    await this.#store.values.set(SCOPE, `raises:${id}`, 0);
    (await this.#open.get(id))?.reset(budget ?? {});
  }

  async status(): Promise<readonly BudgetStatus[]> {
    const limits = await this.#limits();
    return Promise.all(
      limits.map(async ({ scope, budget }) => {
        const { limit, spent } = await this.#standingScope(scope, budget);
        return { scope, budget, limit, spent };
      }),
    );
  }

  async #limits(): Promise<readonly { readonly scope: Standing; readonly budget: Budget }[]> {
    const values = await this.#store.values.list(SCOPE);
    return Array.from(values).flatMap(([key, value]) => {
      const scope = scopeOf(key);
      return scope === null || value === null ? [] : [{ scope, budget: budgetSchema.parse(value) }];
    });
  }

  #runScope(runId: string, budget: Budget): Promise<BudgetScope> {
    return this.#once(`run:${runId}`, async (id) => {
      const decisions = await this.#store.runs.events(runId, { types: ['decision.made'] });
      const raises = decisions.filter(
        (event) => event.type === 'decision.made' && event.choice === RAISE_RUN && event.by !== ENGINE,
      ).length;
      const spent = total(await this.#store.costs.sums({ runIds: [runId] }));
      return new BudgetScope({ id, name: 'this run', budget, raises, spent });
    });
  }

  #standingScope(scope: Standing, budget: Budget): Promise<BudgetScope> {
    return this.#once(this.#idOf(scope), async (id) => {
      const raises = Number((await this.#store.values.get(SCOPE, `raises:${id}`)) ?? 0);
      const spent = total(await this.#sumsOf(scope));
      return new BudgetScope({ id, name: this.#nameOf(scope), budget, raises, spent });
    });
  }

  async #sumsOf(scope: Standing): Promise<readonly CostSum[]> {
    if (scope.kind === 'day') return this.#store.costs.sums({ since: this.#dayAt() });
    const tagged = (await this.#store.runs.list()).filter((run) => run.tags?.includes(scope.tag));
    return this.#store.costs.sums({ runIds: tagged.map((run) => run.id) });
  }

  #once(id: string, make: (id: string) => Promise<BudgetScope>): Promise<BudgetScope> {
    const known = this.#open.get(id);
    if (known !== undefined) return known;
    const made = make(id);
    this.#open.set(id, made);
    // What could not be read is read anew by the next call; this caller hears of it.
    made.catch(() => this.#open.delete(id));
    return made;
  }

  #idOf(scope: Standing): string {
    return scope.kind === 'day' ? `day:${this.#today()}` : `tag:${scope.tag}`;
  }

  #nameOf(scope: Standing): string {
    return scope.kind === 'day' ? `today (${this.#today()} UTC)` : `the tag ${scope.tag}`;
  }

  #today(): string {
    return new Date(this.#dayAt()).toISOString().slice(0, 10);
  }

  #dayAt(): number {
    return Math.floor(this.#clock.now() / DAY_MS) * DAY_MS;
  }
}

function keyOf(scope: Standing): string {
  return scope.kind === 'day' ? 'day' : `tag:${scope.tag}`;
}

function scopeOf(key: string): Standing | null {
  if (key === 'day') return { kind: 'day' };
  return key.startsWith('tag:') ? { kind: 'tag', tag: key.slice(4) } : null;
}

/** Unknown parts count nothing here: calls under a budget book their bound where the use is unknown. */
function total(sums: readonly CostSum[]): Spent {
  return sums.reduce<Spent>(
    (all, { costMicroUsd, inputTokens, outputTokens }) => plus(all, { costMicroUsd, tokens: inputTokens + outputTokens }),
    nothingSpent,
  );
}

// Running clocks, one a feature at most. Kept in the store, so they outlive a reload and a killed process.

import type { Store } from '#core/store/store.ts';

const SCOPE = 'migration clocks';

/** When each clock was started (epoch ms), by feature. */
export type RunningClocks = ReadonlyMap<string, number>;

export class Clocks {
  readonly #values: Store['values'];

  constructor(values: Store['values']) {
    this.#values = values;
  }

  async running(plan: string): Promise<RunningClocks> {
    const own = new Map<string, number>();
    for (const [key, at] of await this.#values.list(SCOPE)) {
      const [planId = '', feature = ''] = key.split('/');
      if (planId === plan && typeof at === 'number') own.set(feature, at);
    }
    return own;
  }

  start(plan: string, feature: string, at: number): Promise<void> {
    return this.#values.set(SCOPE, `${plan}/${feature}`, at);
  }

  stop(plan: string, feature: string): Promise<void> {
    return this.#values.set(SCOPE, `${plan}/${feature}`, null);
  }
}

// What a run has used, to the newest call: ended attempts by their own bill, those under way by the calls made so far.

import type { Json } from '#base/json.ts';
import type { RunEvent, RunEventOf } from '#protocol/runEvents.ts';
import type { RunSpent } from '#protocol/runView.ts';
import { spentOn } from '#protocol/spent.ts';

const NOTHING: RunSpent = { inputTokens: 0, outputTokens: 0, costMicroUsd: 0, unknownCalls: 0 };

/** Told of all events, those that no longer count too: what was spent stays spent. */
export class Spending {
  #booked = NOTHING;
  #total = NOTHING;
  readonly #open = new Map<string, RunSpent>();

  get total(): RunSpent {
    return this.#total;
  }

  apply(event: RunEvent): void {
    switch (event.type) {
      case 'agent.recorded':
        if (event.kind === 'model') this.#use(event);
        return;
      case 'step.succeeded':
      case 'step.failed':
      case 'step.compensated':
      case 'step.compensationFailed':
        this.#settle(event.path, spentOn(event.usage));
        return;
      case 'step.cancelled':
        this.#settle(event.path, this.#open.get(event.path) ?? NOTHING);
        return;
      case 'run.recovered':
        for (const path of event.interrupted) this.#settle(path, this.#open.get(path) ?? NOTHING);
        return;
      case 'run.rewound':
        for (const [path, spent] of this.#open) this.#settle(path, spent);
        return;
      default:
    }
  }

  #use(event: RunEventOf<'agent.recorded'>): void {
    const { usage } = event.data as { readonly usage?: Json };
    if (!Array.isArray(usage)) return;
    const spent = spentOn(usage);
    this.#open.set(event.path, sum(this.#open.get(event.path) ?? NOTHING, spent));
    this.#total = sum(this.#total, spent);
  }

  /** The attempt's own bill takes the place of what was seen of it. */
  #settle(path: string, bill: RunSpent): void {
    this.#open.delete(path);
    this.#booked = sum(this.#booked, bill);
    this.#total = [...this.#open.values()].reduce(sum, this.#booked);
  }
}

function sum(a: RunSpent, b: RunSpent): RunSpent {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    costMicroUsd: a.costMicroUsd + b.costMicroUsd,
    unknownCalls: a.unknownCalls + b.unknownCalls,
  };
}

// What triggers started lately, from the durable messages of the bus: budgets and depths survive a restart.

import type { Trigger } from '#core/triggers/trigger.ts';
import type { BusMessage } from '#protocol/bus.ts';

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Triggers that lead to one another: a run, a run it led to, and one more. */
export const MAX_DEPTH = 3;

interface Firing {
  readonly trigger: string;
  readonly runId: string;
  readonly depth: number;
  readonly messageId: string;
  readonly at: number;
}

export class Ledger {
  #firings: Firing[] = [];

  add({ id, at, payload }: BusMessage): void {
    const { trigger, runId, depth } = payload as unknown as Pick<Firing, 'trigger' | 'runId' | 'depth'>;
    if (!this.#firings.some((firing) => firing.runId === runId)) this.#firings.push({ trigger, runId, depth, at, messageId: id });
  }

  forgetBefore(at: number): void {
    this.#firings = this.#firings.filter((firing) => firing.at >= at);
  }

  /** 0 for a run that no trigger started. */
  depthOf(runId: string): number {
    return this.#of(runId)?.depth ?? 0;
  }

  /** The message that says why this run was started; null for one that a person started. */
  causeOf(runId: string): string | null {
    return this.#of(runId)?.messageId ?? null;
  }

  counts(trigger: string, now: number): { readonly hour: number; readonly day: number; readonly lastAt: number | null } {
    const own = this.#firings.filter((firing) => firing.trigger === trigger && firing.at > now - DAY_MS);
    return { hour: own.filter((firing) => firing.at > now - HOUR_MS).length, day: own.length, lastAt: own.at(-1)?.at ?? null };
  }

  /** Runs of the last 24 hours. */
  runsOf(trigger: string, now: number): readonly string[] {
    return this.#firings.filter((firing) => firing.trigger === trigger && firing.at > now - DAY_MS).map((firing) => firing.runId);
  }

  /** Why nothing more may start now; null when something may. */
  refusal({ id, maxPerHour, maxPerDay }: Trigger, now: number): string | null {
    const { hour, day } = this.counts(id, now);
    if (hour >= maxPerHour) return `its ${maxPerHour} runs an hour are used up`;
    return day >= maxPerDay ? `its ${maxPerDay} runs a day are used up` : null;
  }

  #of(runId: string): Firing | undefined {
    return this.#firings.find((firing) => firing.runId === runId);
  }
}

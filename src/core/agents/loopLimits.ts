// When an agent's work on one step must come to an end: turns, tokens, time, or going round in circles.

import { AppError } from '#base/errors.ts';
import type { Clock } from '#base/clock.ts';
import { type Json, stableStringify } from '#base/json.ts';
import type { AgentLimits } from '#core/agents/definition.ts';

/** The share of tokens and time after which the result is asked for, so that it can still be delivered. */
const FINAL_SHARE = 0.85;
/** The same call this many times, with nothing changed in between, is a loop. */
const LOOP_AT = 3;
/** Times a deliverable may be sent back as invalid. */
export const MAX_INVALID = 3;

export const limitError = (agent: string, limit: string): AppError =>
  new AppError({
    code: 'agent.limitReached',
    message: `${agent} reached its limit of ${limit} without delivering a result.`,
    details: { agent, limit },
  });

export const invalidDeliverableError = (agent: string, problem: string): AppError =>
  new AppError({
    code: 'agent.invalidDeliverable',
    message: `${agent} delivered an invalid result ${MAX_INVALID} times: ${problem}`,
    retryable: true,
    details: { agent, problem },
  });

export class LoopLimits {
  readonly #limits: AgentLimits;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #startedAt: number;
  #turns = 0;
  #tokens = 0;
  #calls = new Map<string, number>();
  #circling: string | null = null;

  constructor(limits: AgentLimits, clock: Pick<Clock, 'now'>) {
    this.#limits = limits;
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  get turns(): number {
    return this.#turns;
  }

  turn(): void {
    this.#turns += 1;
  }

  /** `tokens`: input plus output used so far, all attempts. */
  used(tokens: number): void {
    this.#tokens = tokens;
  }

  /** Ms left of the agent's time; 0 or less when it is over. */
  get leftMs(): number {
    return this.#limits.timeoutMs - (this.#clock.now() - this.#startedAt);
  }

  /** True when this call was made too often and must not run again. */
  repeats(name: string, args: Json): boolean {
    const key = `${name} ${stableStringify(args)}`;
    const count = (this.#calls.get(key) ?? 0) + 1;
    this.#calls.set(key, count);
    if (count >= LOOP_AT) this.#circling = name;
    return count >= LOOP_AT;
  }

  /** Something changed: asking again may now give another answer. */
  changed(): void {
    this.#calls.clear();
  }

  /** Why the next turn has to be the last one; null when there is room for more. */
  get finalReason(): string | null {
    const { maxTurns, maxTokens, timeoutMs } = this.#limits;
    if (this.#circling !== null) return `The same call of ${this.#circling} was made ${LOOP_AT} times: this goes round in circles.`;
    if (this.#turns >= maxTurns - 1) return `The limit of ${maxTurns} turns is reached.`;
    if (this.#tokens >= maxTokens * FINAL_SHARE) return `The limit of ${maxTokens} tokens is nearly reached.`;
    if (this.leftMs <= timeoutMs * (1 - FINAL_SHARE)) return 'The time for this step is nearly over.';
    return null;
  }

  /** The hard limits, with room for an invalid delivery to be mended. Null when within them. */
  get exceeded(): string | null {
    const { maxTurns, maxTokens, timeoutMs } = this.#limits;
    if (this.#turns >= maxTurns + MAX_INVALID - 1) return `${maxTurns} turns`;
    if (this.#tokens >= maxTokens * 1.25) return `${maxTokens} tokens`;
    if (this.leftMs <= 0) return `${timeoutMs} ms`;
    return null;
  }
}

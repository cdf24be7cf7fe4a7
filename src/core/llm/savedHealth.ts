// The stored form of breakers and gates. What is older than an hour says nothing about today and is dropped.

import { z } from 'zod';
import type { Breaker, BreakerState } from '#core/llm/breaker.ts';
import type { RateGate } from '#core/llm/rateGate.ts';

export interface BreakerEntry {
  readonly provider: string;
  readonly model: string;
  readonly credential: string;
  readonly agents: Set<string>;
  readonly breaker: Breaker;
}

export interface GateEntry {
  readonly provider: string;
  readonly credential: string;
  readonly gate: RateGate;
}

/** Ms after which a saved state is forgotten. */
const SAVED_FOR_MS = 3_600_000;

const breakerState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('closed'), failedAt: z.array(z.number()) }),
  z.object({ kind: z.literal('open'), until: z.number() }),
]);

const savedSchema = z.object({
  savedAt: z.number(),
  breakers: z.array(
    z.object({ provider: z.string(), model: z.string(), credential: z.string(), agents: z.array(z.string()), state: breakerState }),
  ),
  gates: z.array(
    z.object({
      provider: z.string(),
      credential: z.string(),
      state: z.object({ closedUntil: z.number(), disabledBy: z.string().nullable() }),
    }),
  ),
});

export type Saved = z.infer<typeof savedSchema>;

export function toSaved(breakers: Iterable<BreakerEntry>, gates: Iterable<GateEntry>, now: number): Saved {
  return {
    savedAt: now,
    breakers: Array.from(breakers, ({ provider, model, credential, agents, breaker }) => ({
      provider,
      model,
      credential,
      agents: [...agents],
      state: restingState(breaker.state, now),
    })),
    gates: Array.from(gates, ({ provider, credential, gate }) => ({ provider, credential, state: { ...gate.state } })),
  };
}

/** A probe does not survive its process: half-open is saved as open with its time over. */
function restingState(state: BreakerState, now: number): Saved['breakers'][number]['state'] {
  if (state.kind === 'half-open') return { kind: 'open', until: now };
  return state.kind === 'open' ? state : { kind: 'closed', failedAt: [...state.failedAt] };
}

/** Null when there is nothing, it is too old, or it comes from the future. Throws when it has another shape. */
export function readSaved(value: unknown, now: number): Saved | null {
  if (value === undefined || value === null) return null;
  const saved = savedSchema.parse(value);
  return saved.savedAt > now || now - saved.savedAt > SAVED_FOR_MS ? null : saved;
}

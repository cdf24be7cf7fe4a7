// A run's thinking as records: what actors did, what critics said of it, and what gates let through or turned.

import { z } from 'zod';
import type { Json } from '#base/json.ts';
import type { RunEvent } from '#protocol/runEvents.ts';

/** `actor`: plans, calls of models and tools; `critic`: verdicts; `gate`: limits, budgets, people. */
export type ThoughtRole = 'actor' | 'critic' | 'gate';

export interface Thought {
  readonly seq: number;
  /** Epoch ms at which it began. */
  readonly at: number;
  readonly path: string;
  /** Empty where no agent took part. */
  readonly agent: string;
  readonly role: ThoughtRole;
  readonly kind: 'plan' | 'model' | 'tool' | 'verdict' | 'branch' | 'question' | 'decision';
  readonly title: string;
  readonly ok: boolean;
  readonly durationMs: number;
  readonly data: Json;
}

export interface ThinkingMethods {
  /** In order; `step`: a path, what stands below it included. */
  'runs.thinking': (request: { readonly id: string; readonly step?: string }) => Promise<readonly Thought[]>;
}

export const thinkingArguments = {
  'runs.thinking': z.tuple([z.strictObject({ id: z.string().min(1), step: z.string().optional() })]),
} as const;

/** Types of events that `thoughtOf` looks at. */
export const thinkingEvents = ['agent.recorded', 'decision.requested', 'decision.made'] as const;

const ROLES: { readonly [kind: string]: ThoughtRole } = { plan: 'actor', model: 'actor', tool: 'actor', verdict: 'critic', branch: 'gate' };

/** Null for events of other types. */
export function thoughtOf(event: RunEvent): Thought | null {
  switch (event.type) {
    case 'agent.recorded': {
      const { seq, path, agent, kind, title, ok, durationMs, data, startedAt: at } = event;
      return { seq, at, path: path ?? '', agent, role: ROLES[kind] ?? 'actor', kind, title, ok, durationMs, data };
    }
    case 'decision.requested':
      return { ...gateOf(event), kind: 'question', title: event.title, data: { id: event.id, detail: event.detail } };
    case 'decision.made': {
      const { choice, by, reason } = event;
      return { ...gateOf(event), kind: 'decision', title: `${by} chose ${choice}`, data: { id: event.id, choice, by, reason } };
    }
    default:
      return null;
  }
}

function gateOf({
  seq,
  at,
  path,
}: Extract<RunEvent, { type: 'decision.requested' | 'decision.made' }>): Pick<
  Thought,
  'seq' | 'at' | 'path' | 'agent' | 'role' | 'ok' | 'durationMs'
> {
  return { seq, at, path: path ?? '', agent: '', role: 'gate', ok: true, durationMs: 0 };
}

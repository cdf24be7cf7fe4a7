// What an agent did within a step, as stretches of time: calls to models, tools, and waits for another attempt.

import type { Json, JsonObject } from '#base/json.ts';
import type { RunEventOf } from '#protocol/runEvents.ts';

export interface Span {
  readonly kind: 'model' | 'tool' | 'retry';
  readonly label: string;
  readonly from: number;
  /** Null while it goes on. */
  readonly to: number | null;
  readonly ok: boolean;
}

/** What a failed attempt at a model left in the record of its call. */
export interface Restart {
  readonly at: number;
  readonly provider: string;
  readonly code: string;
  readonly message: string;
  readonly waitMs: number;
}

type Recorded = RunEventOf<'agent.recorded'>;

/** A call with the waits in it, or one tool; nothing for a plan, a verdict or a branch. */
export function spansOf(event: Recorded): readonly Span[] {
  const { kind, startedAt, durationMs, ok } = event;
  const to = startedAt + durationMs;
  if (kind === 'tool') return [{ kind, label: toolName(event), from: startedAt, to, ok }];
  if (kind !== 'model') return [];
  const waits = restartsOf(event).map((restart): Span => {
    return { kind: 'retry', label: restart.message, from: restart.at, to: Math.min(to, restart.at + restart.waitMs), ok: false };
  });
  return [...waits, { kind, label: modelName(event), from: startedAt, to, ok }];
}

export function restartsOf({ data }: Recorded): readonly Restart[] {
  const { restarts } = data as { readonly restarts?: Json };
  return Array.isArray(restarts) ? restarts.flatMap((one) => restartOf(one as Json)) : [];
}

/** `anthropic/claude-x` of `anthropic/claude-x, turn 3`; the whole title where it failed. */
export function modelName({ title, ok }: Recorded): string {
  return ok ? title.replace(/, turn \d+.*$/, '') : title;
}

export function toolName({ title, data }: Recorded): string {
  const { tool } = data as { readonly tool?: Json };
  return typeof tool === 'string' ? tool : title;
}

function restartOf(value: Json): readonly Restart[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const { at, provider, code, message, waitMs } = value as JsonObject;
  if (typeof at !== 'number' || typeof message !== 'string') return [];
  return [{ at, message, provider: word(provider), code: word(code), waitMs: typeof waitMs === 'number' ? waitMs : 0 }];
}

function word(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

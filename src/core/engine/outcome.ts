// The fact an attempt's end becomes: success, a further attempt later, or failure for good.

import { z } from 'zod';
import { type ErrorView, toErrorView } from '#base/errors.ts';
import type { RunFact } from '#protocol/runEvents.ts';
import { type Usage, usageSchema } from '#protocol/usage.ts';
import type { Attempt, AttemptResult } from '#core/engine/attempt.ts';
import { retryTime } from '#core/engine/retry.ts';
import type { RunState } from '#core/engine/state.ts';

const usagesSchema = z.array(usageSchema);

/** Null when the attempt no longer counts: its step was settled, or is in a later attempt. */
export function outcomeFact(
  state: RunState,
  attempt: Attempt,
  result: AttemptResult,
  ports: { readonly now: number; readonly random: () => number },
): RunFact | null {
  const instance = state.steps.get(attempt.path);
  const running = instance?.state;
  if (instance === undefined || running?.status !== 'running' || running.attempt !== attempt.number) return null;
  const durationMs = Math.max(0, ports.now - running.attemptAt);
  const place = { path: attempt.path, attempt: attempt.number, durationMs };
  const version = state.version + 1;
  if (result.ok) {
    const { output, summary, usage } = result.outcome;
    return { type: 'step.succeeded', ...place, output, summary, usage: [...usage], version };
  }
  const { error, usage } = billed(toErrorView(result.thrown));
  const retryAt = retryTime(instance.step.retry, { error, attempt: attempt.number, now: ports.now, random: ports.random() });
  return { type: 'step.failed', ...place, error, usage: [...usage], retryAt, version: retryAt === null ? version : null };
}

/** Usage of a failed attempt travels in the error's details; in the event it has a field of its own. */
function billed(view: ErrorView): { readonly error: ErrorView; readonly usage: readonly Usage[] } {
  const parsed = usagesSchema.safeParse(view.details['usage']);
  if (!parsed.success) return { error: view, usage: [] };
  const { usage: _, ...details } = view.details;
  return { error: { ...view, details }, usage: parsed.data };
}

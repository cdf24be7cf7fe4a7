// The fact an attempt's end becomes: success, a further attempt later, or failure for good.

import { z } from 'zod';
import { type ErrorView, toErrorView } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import type { RunFact } from '#protocol/runEvents.ts';
import { type Usage, usageSchema } from '#protocol/usage.ts';
import type { Attempt, AttemptResult } from '#core/engine/attempt.ts';
import { currentCompensation } from '#core/engine/compensation.ts';
import { badResult } from '#core/engine/errors.ts';
import type { StepOutcome } from '#core/engine/executor.ts';
import { jsonProblem } from '#core/engine/jsonResult.ts';
import { retryTime } from '#core/engine/retry.ts';
import { type RunState, stepAt } from '#core/engine/state.ts';

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
  const end = endOf(attempt.path, result);
  if (end.ok) return { type: 'step.succeeded', ...place, ...end.outcome, version };
  const { error, usage } = end;
  const retryAt = retryTime(instance.step.retry, { error, attempt: attempt.number, now: ports.now, random: ports.random() });
  return { type: 'step.failed', ...place, error, usage: [...usage], retryAt, version: retryAt === null ? version : null };
}

/** The same for an attempt at undoing a completed step. */
export function undoOutcomeFact(
  state: RunState,
  attempt: Attempt,
  result: AttemptResult,
  ports: { readonly now: number; readonly random: () => number },
): RunFact | null {
  const { path, number } = attempt;
  const current = currentCompensation(state);
  if (current?.path !== path || current.now.status !== 'running' || current.now.attempt !== number) return null;
  const place = { path, attempt: number, durationMs: Math.max(0, ports.now - current.now.startedAt) };
  const end = endOf(path, result);
  if (end.ok) return { type: 'step.compensated', ...place, ...end.outcome, undoes: current.undoes };
  const { error, usage } = end;
  const { retry } = stepAt(state, path).step;
  const retryAt = retryTime(retry, { error, attempt: number, now: ports.now, random: ports.random() });
  return { type: 'step.compensationFailed', ...place, error, usage: [...usage], retryAt };
}

type End =
  | { readonly ok: true; readonly outcome: { output: Json; summary: string; usage: Usage[] } }
  | { readonly ok: false; readonly error: ErrorView; readonly usage: readonly Usage[] };

/** An outcome that cannot be recorded is a failure of its step. */
function endOf(path: string, result: AttemptResult): End {
  if (!result.ok) return { ok: false, ...billed(recordable(path, toErrorView(result.thrown))) };
  const problem = outcomeProblem(result.outcome);
  if (problem !== null) return { ok: false, error: toErrorView(badResult(path, problem)), usage: usageOf(result.outcome) };
  const { output, summary, usage } = result.outcome;
  return { ok: true, outcome: { output, summary, usage: [...usage] } };
}

/** Executors are other people's code: what they resolve with need not be what the types say. */
function outcomeProblem(outcome: unknown): string | null {
  if (typeof outcome !== 'object' || outcome === null) return 'there is no outcome';
  const { output, summary, usage } = outcome as { [key in keyof StepOutcome]: unknown };
  if (typeof summary !== 'string') return 'summary is no text';
  if (Array.isArray(usage) && usage.length === 0) return jsonProblem(output, 'output');
  return usagesSchema.safeParse(usage).success ? jsonProblem(output, 'output') : 'usage is not a list of what was used';
}

function usageOf(outcome: unknown): readonly Usage[] {
  return usagesSchema.safeParse((outcome as { readonly usage?: unknown } | null)?.usage).data ?? [];
}

/** The message stays; details that JSON cannot hold go. */
function recordable(path: string, view: ErrorView): ErrorView {
  const problem = jsonProblem(view.details, 'details');
  return problem === null ? view : { ...view, details: { path, lost: problem } };
}

/** Usage of a failed attempt travels in the error's details; in the event it has a field of its own. */
function billed(view: ErrorView): { readonly error: ErrorView; readonly usage: readonly Usage[] } {
  const parsed = usagesSchema.safeParse(view.details['usage']);
  if (!parsed.success) return { error: view, usage: [] };
  const { usage: _, ...details } = view.details;
  return { error: { ...view, details }, usage: parsed.data };
}

// The engine's side of the contract with whoever does the work of a task step. The engine knows no agents.

import type { ErrorView } from '#base/errors.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { RunFact, RunMode, StepSignal } from '#protocol/runEvents.ts';
import type { Usage } from '#protocol/usage.ts';
import type { TaskStep } from '#core/workflow/definition.ts';

/** A task step with its templates filled in. */
export interface StepTask {
  readonly runId: string;
  readonly workflow: string;
  readonly path: string;
  readonly attempt: number;
  readonly mode: RunMode;
  readonly step: TaskStep;
  /** `step.with` after templates. */
  readonly args: JsonObject;
  /** `step.prompt` after templates. */
  readonly prompt: string | null;
  readonly inputs: JsonObject;
  /** Outputs of settled steps this one can see, by key. */
  readonly results: JsonObject;
  /** Steps of this run that failed for good so far (continueOnError), for report writers. */
  readonly failures: readonly { readonly path: string; readonly error: ErrorView }[];
  /** Same for every attempt of this step instance: `<runId>/<path>`, with `~n` once it was undone n times; `!undo` at its end for undoing it. */
  readonly idempotencyKey: string;
}

export type AgentRecord = Omit<Extract<RunFact, { type: 'agent.recorded' }>, 'type' | 'path'>;

export interface DecisionRequest {
  readonly kind: 'approval' | 'question';
  readonly title: string;
  readonly detail: string;
  readonly options: readonly { readonly id: string; readonly label: string }[];
}

export interface StepContext {
  /** Fires on cancel, on the step's time limit and when the owner shuts down. Stop within 200 ms. */
  readonly signal: AbortSignal;
  emit(signal: StepSignal): void;
  /** Durable before it resolves. */
  record(record: AgentRecord): Promise<void>;
  /**
   * A side effect that is done once for this step, whatever becomes of the process: once its result is durable, every later
   * attempt, also after a rollback or a redrive, gets that result and `work` is not called. A process that dies between the
   * effect and its record calls `work` again, so hand `idempotencyKey` on to whoever does it. `key` is unique within the step;
   * the result must be JSON (`step.badResult`). What `work` throws is not recorded. A step that was undone begins anew.
   */
  once<T extends Json>(key: string, work: (idempotencyKey: string) => Promise<T>): Promise<T>;
  proposalCreated(proposal: Omit<Extract<RunFact, { type: 'proposal.created' }>, 'type' | 'path'>): Promise<void>;
  /** Waits for a person; survives a restart (asked again under the same id, an answer already given returns at once). */
  decide(request: DecisionRequest): Promise<{ readonly choice: string; readonly reason: string }>;
}

export interface StepOutcome {
  readonly output: Json;
  readonly summary: string;
  readonly usage: readonly Usage[];
}

export interface StepAssignment {
  readonly agent: string;
  /** Why this one: "named by the step", "only agent with security.review (0.95)". */
  readonly reason: string;
}

export interface StepExecutor {
  /** Synchronous and fast (< 5 ms). Throws `agent.notFound` or `agent.disabled`. */
  assign(task: Pick<StepTask, 'step' | 'workflow'>): StepAssignment;
  /**
   * Does the work. A thrown AppError with `retryable` is tried again under the step's policy; others fail the step.
   * `usageOf` on the error's `details.usage` (Usage[]) is billed for failed attempts too.
   */
  execute(task: StepTask, assignment: StepAssignment, context: StepContext): Promise<StepOutcome>;
}

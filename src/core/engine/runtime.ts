// The Runtime interface: what runs a checked workflow. CustomRuntime is ours; others register beside it.

import type { Disposable } from '#base/disposable.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import type { RunEvent, RunMode, StepSignal } from '#protocol/runEvents.ts';
import type { CheckpointView, RunView } from '#protocol/runView.ts';

export interface RuntimeStart {
  readonly definition: WorkflowDefinition;
  /** Sub-workflows by name, checked, closed under use. */
  readonly library: { readonly [name: string]: WorkflowDefinition };
  /** Complete and type-checked: defaults filled in. */
  readonly inputs: JsonObject;
  readonly mode: RunMode;
  readonly title: string;
  readonly idempotencyKey: string | null;
  /** Goes into `context` of expressions. */
  readonly hasModel: boolean;
}

export type RuntimeEvent =
  | { readonly kind: 'run'; readonly event: RunEvent }
  | { readonly kind: 'signal'; readonly runId: string; readonly signal: StepSignal };

export interface Runtime extends Disposable {
  readonly id: string;
  /** Resolves when `run.created` is durable; the run goes on by itself. Same idempotency key: the first run's id. */
  start(request: RuntimeStart): Promise<string>;
  pause(runId: string, by: string, reason: string): Promise<void>;
  /** A paused run, or one whose process died: recorded steps are not run again. Throws `run.finished`. */
  resume(runId: string, by: string): Promise<void>;
  /** Resolves when `run.cancelled` is durable; work in flight has been told to stop and no longer counts. */
  cancel(runId: string, by: string, reason: string): Promise<void>;
  /** Sets a step's result. A settled step's dependents that already ran are left as they are. */
  override(
    runId: string,
    request: { readonly path: string; readonly output: Json; readonly by: string; readonly reason: string },
  ): Promise<void>;
  decide(
    runId: string,
    request: { readonly decisionId: string; readonly choice: string; readonly by: string; readonly reason: string },
  ): Promise<void>;
  /** From its events alone; works for finished and for foreign (not live) runs. */
  view(runId: string): Promise<RunView>;
  history(runId: string): Promise<readonly CheckpointView[]>;
  subscribe(listener: (event: RuntimeEvent) => void): Disposable;
  /** Runs with a live scheduler in this process. */
  live(): readonly string[];
  /** Stops scheduling, aborts work in flight without recording a failure, waits until the store has all. Runs stay resumable. */
  shutdown(): Promise<void>;
}

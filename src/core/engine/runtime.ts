// The Runtime interface: what runs a checked workflow. CustomRuntime is ours; others register beside it.

import type { Disposable } from '#base/disposable.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import type { RunEvent, RunMode, StepSignal } from '#protocol/runEvents.ts';
import type { Spending } from '#protocol/spending.ts';
import type { RunDiff, RunView, VersionView } from '#protocol/runView.ts';

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
  /** −100 to 100 (default 0): greater goes first when runs have to wait. */
  readonly priority?: number;
  /** Epoch ms before which it does not begin. Default: at once. */
  readonly notBefore?: number;
  readonly spending?: Spending;
}

export interface CancelOptions {
  /** Undo completed steps that say how, in reverse order, before the run ends. Default false. */
  readonly compensate?: boolean;
}

export interface HistoryQuery {
  /** A path, or a key wherever it stands. */
  readonly step?: string;
  /** From this version on. */
  readonly since?: number;
}

export interface RollbackRequest {
  readonly version: number;
  readonly by: string;
  readonly reason: string;
}

export interface ForkRequest {
  readonly version: number;
  /** Complete and type-checked. Steps that are reused saw the inputs of the run they come from. */
  readonly inputs: JsonObject;
  readonly title: string;
  readonly hasModel: boolean;
  readonly by: string;
}

export type RuntimeEvent =
  | { readonly kind: 'run'; readonly event: RunEvent }
  | { readonly kind: 'signal'; readonly runId: string; readonly signal: StepSignal };

export interface Runtime extends Disposable {
  readonly id: string;
  /** Resolves when `run.created` is durable; the run goes on by itself. Same idempotency key: the first run's id. */
  start(request: RuntimeStart): Promise<string>;
  pause(runId: string, by: string, reason: string): Promise<void>;
  /**
   * A paused run, one whose process died, or one that a terminal provider error stopped (`partial`): recorded steps are not run
   * again. Throws `run.finished` for any other that ended.
   */
  resume(runId: string, by: string): Promise<void>;
  /**
   * Resolves when the cancel is durable; work in flight has been told to stop and no longer counts. `run.cancelled` follows at
   * once, or after the completed steps were undone when `compensate` asks for that. While a run is being undone: that stops, what
   * is not undone by then stays as it is, and the run ends at once.
   */
  cancel(runId: string, by: string, reason: string, options?: CancelOptions): Promise<void>;
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
  /** Its versions, oldest first; those that a rollback set aside are marked. */
  history(runId: string, query?: HistoryQuery): Promise<readonly VersionView[]>;
  /** The run right after `version` was recorded; 0: right after it started. Throws `run.noVersion`. */
  viewAt(runId: string, version: number): Promise<RunView>;
  /** What is different at `to` from what it was at `from`; either may be the earlier one. Throws `run.noVersion`. */
  diff(runId: string, range: { readonly from: number; readonly to: number }): Promise<RunDiff>;
  /**
   * Starts a new run where `version` stands: steps recorded up to there are reused with their results, the others run. Steps in
   * flight at that version begin anew. Resolves with its id when it is durable. Throws `run.noVersion`, `run.undone`.
   */
  fork(runId: string, request: ForkRequest): Promise<string>;
  /**
   * The run goes back to `version` and is paused there; `resume` goes on. What came later is set aside, not deleted: it stays in
   * the history, and versions go on counting. Throws `run.stillRunning` for a live run that is not paused, `run.noVersion`,
   * `run.undone`.
   */
  rollback(runId: string, request: RollbackRequest): Promise<{ readonly setAside: readonly string[] }>;
  /** Puts a step back that failed for good: the run goes back to just before that and goes on. Throws `step.notFound`. */
  redrive(runId: string, request: { readonly path: string; readonly by: string; readonly reason: string }): Promise<void>;
  subscribe(listener: (event: RuntimeEvent) => void): Disposable;
  /** Runs with a live scheduler in this process. */
  live(): readonly string[];
  /** Stops scheduling, aborts work in flight without recording a failure, waits until the store has all. Runs stay resumable. */
  shutdown(): Promise<void>;
}

// The checked form of a workflow file: what the engine, the printers and the pages work on. Plain JSON.
// The zod schema of the file itself is in schema.ts; it produces exactly this.

import type { Json, JsonObject } from '#base/json.ts';
import type { InputSpec } from '#protocol/workflow.ts';

export interface RetryPolicy {
  /** Attempts in all, the first included; 1 to 20. Default 1 for actions, 3 for prompts. */
  readonly maxAttempts: number;
  /** First wait in ms; doubled each time up to `maxDelayMs`, full jitter. Defaults 500 and 30,000. */
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
}

interface StepBase {
  /** [A-Za-z][A-Za-z0-9_-]*, unique within its scope. Expressions see `results.<key>`; write `results["a-b"]` for keys with a dash. */
  readonly key: string;
  readonly name: string;
  /** Keys of the same scope. Without `dependsOn` a step starts at once. */
  readonly dependsOn: readonly string[];
  /** CEL over the ExpressionScope below; `results` of a nested scope shows outer results too, inner keys first. False: the step is skipped. A skipped dependency counts as settled; its result is null. */
  readonly when: string | null;
  readonly continueOnError: boolean;
  /** Limit for one attempt in ms; null: the agent's or the engine's default (10 min). */
  readonly timeoutMs: number | null;
  readonly retry: RetryPolicy;
}

/** Work for an agent: a deterministic action, a prompt, or an action whose findings the prompt reasons over. */
export interface TaskStep extends StepBase {
  readonly kind: 'task';
  /** Null: the router picks by capability. */
  readonly agent: string | null;
  readonly capability: string | null;
  /** Skill id such as `git.history`; null for a prompt alone. */
  readonly action: string | null;
  /** Arguments of the action; strings may hold `{{ expression }}`; a string that is one whole template keeps the value's type. */
  readonly with: JsonObject;
  /** Template; null for an action alone. With an action and no model available, the action's result stands by itself. */
  readonly prompt: string | null;
  readonly provider: string | null;
  readonly model: string | null;
  /** Action to run when a later step fails and the run is compensated, with its arguments. */
  readonly compensate: { readonly action: string; readonly with: JsonObject } | null;
}

/** Passes when `check` is true. Otherwise fails, or in strict mode asks a person when `ask` is set. */
export interface GateStep extends StepBase {
  readonly kind: 'gate';
  /** CEL; null: only a person decides. */
  readonly check: string | null;
  readonly message: string;
  /** `never`: the check alone decides; `strict`: a person decides in strict mode; `always`: a person decides. */
  readonly ask: 'never' | 'strict' | 'always';
}

/** Runs `steps` again until `until` is true after a pass, at most `maxIterations` times. Result: {iterations, passed, last: {<key>: output}}. */
export interface LoopStep extends StepBase {
  readonly kind: 'loop';
  readonly steps: readonly Step[];
  readonly until: string;
  /** 1 to 100. */
  readonly maxIterations: number;
}

/** Runs `steps` once per element of `over` (CEL, at most 10,000). Result: array of {<key>: output} in order. Inside: `item`, `index`. */
export interface MapStep extends StepBase {
  readonly kind: 'map';
  readonly over: string;
  readonly steps: readonly Step[];
  /** Items in flight; default 4. */
  readonly concurrency: number;
}

/** Runs another workflow in the same run, under this path. Result: its output. */
export interface SubWorkflowStep extends StepBase {
  readonly kind: 'workflow';
  readonly workflow: string;
  readonly with: JsonObject;
}

export type Step = TaskStep | GateStep | LoopStep | MapStep | SubWorkflowStep;

export interface WorkflowDefinition {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly triggers: readonly JsonObject[];
  readonly inputs: readonly InputSpec[];
  readonly steps: readonly Step[];
  /** CEL over the same scope, giving the run's output; null: `results`. */
  readonly output: string | null;
  /** `model`: refuses to start without a provider. */
  readonly requires: readonly 'model'[];
  readonly limits: { readonly maxParallelSteps: number | null };
  /** What it runs on unless its start names another; absent: the workspace's default. Of a sub-workflow it does not count. */
  readonly runtime?: string;
}

/** What expressions and templates may see. */
export interface ExpressionScope {
  readonly inputs: JsonObject;
  readonly results: JsonObject;
  /** {runId, mode, hasModel, workflow}. */
  readonly context: JsonObject;
  readonly item?: Json;
  readonly index?: number;
  readonly iteration?: number;
  /** In a loop: outputs of the pass before, by key; empty in the first pass. */
  readonly last?: JsonObject;
}

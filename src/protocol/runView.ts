// A run as people and programs see it: derived from its events, never stored apart from them.

import type { ErrorView } from '#base/errors.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { RunMode } from '#protocol/runEvents.ts';
import type { Usage } from '#protocol/usage.ts';

export type RunStatus = 'idle' | 'parsing' | 'validating' | 'executing' | 'paused' | 'completed' | 'partial' | 'failed' | 'cancelled';
/** `waiting` is a running step that needs a person; `skipped` counts as settled. */
export type StepStatus =
  | 'pending'
  | 'queued'
  | 'assigned'
  | 'running'
  | 'waiting'
  | 'retrying'
  | 'succeeded'
  | 'failed'
  | 'skipped'
  | 'cancelled';

export type StepKind = 'task' | 'gate' | 'loop' | 'map' | 'workflow';

export interface StepView {
  readonly path: string;
  readonly key: string;
  readonly kind: StepKind;
  /** Display name: the step's `name`, else its key. */
  readonly title: string;
  readonly status: StepStatus;
  readonly agent: string | null;
  readonly action: string | null;
  readonly attempt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly summary: string | null;
  readonly error: ErrorView | null;
  /** Why it was skipped or cancelled. */
  readonly reason: string | null;
  readonly dependsOn: readonly string[];
  readonly usage: readonly Usage[];
  readonly children: readonly StepView[];
}

export interface DecisionView {
  readonly id: string;
  readonly runId: string;
  readonly path: string;
  readonly kind: 'gate' | 'approval' | 'question';
  readonly title: string;
  readonly detail: string;
  readonly options: readonly { readonly id: string; readonly label: string }[];
  readonly askedAt: number;
}

export interface RunSummary {
  readonly id: string;
  readonly workflow: string;
  readonly title: string;
  readonly status: RunStatus;
  readonly mode: RunMode;
  readonly runtime: string;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly stepsDone: number;
  readonly stepsTotal: number;
  /** Path of a step that runs now, for one-line displays. */
  readonly currentStep: string | null;
  readonly waitingDecisions: number;
  readonly proposals: number;
  readonly error: ErrorView | null;
  /** Latest checkpoint version; 0 before the first. */
  readonly version: number;
  readonly lastSeq: number;
}

/** RT5's workflow state is `inputs`, `results`, `context` and the summary's fields. */
export interface RunView extends RunSummary {
  readonly inputs: JsonObject;
  readonly steps: readonly StepView[];
  /** Output of each settled top-level step, by key. */
  readonly results: JsonObject;
  readonly decisions: readonly DecisionView[];
  readonly usage: readonly Usage[];
  readonly output: Json;
  readonly errors: readonly { readonly path: string; readonly error: ErrorView }[];
}

export interface CheckpointView {
  readonly version: number;
  readonly seq: number;
  readonly at: number;
  readonly path: string;
  readonly status: StepStatus;
}

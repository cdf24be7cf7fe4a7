// A run as people and programs see it: derived from its events, never stored apart from them.

import type { ErrorView } from '#base/errors.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { RunMode } from '#protocol/runEvents.ts';
import type { Budget } from '#protocol/spending.ts';
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
  /** What its costs are counted under. Absent: none. */
  readonly tags?: readonly string[];
  /** What its steps have used so far; attempts that go on are not in it. Absent: no model was called, or the run is of an older version. */
  readonly spent?: RunSpent;
}

export interface RunSpent {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Micro US dollars of the calls whose price is known. */
  readonly costMicroUsd: number;
  /** Calls without a price, or without a count: they are not in the sums. */
  readonly unknownCalls: number;
}

/** RT5's workflow state is `inputs`, `results`, `context` and the summary's fields. */
export interface RunView extends RunSummary {
  readonly inputs: JsonObject;
  readonly steps: readonly StepView[];
  /** Output of each settled top-level step, by key. */
  readonly results: JsonObject;
  readonly decisions: readonly DecisionView[];
  readonly usage: readonly Usage[];
  /** Absent: no budget of its own. `limit` includes what a person added when it was reached. */
  readonly budget?: { readonly budget: Budget; readonly limit: Budget };
  readonly output: Json;
  readonly errors: readonly { readonly path: string; readonly error: ErrorView }[];
  /** In the order they are undone in; empty unless the run is being undone or was. */
  readonly compensations: readonly CompensationView[];
}

/** What becomes of a completed step when its run is undone. `planned`: in a dry run, or not reached yet. */
export interface CompensationView {
  readonly path: string;
  readonly action: string;
  readonly status: 'planned' | 'running' | 'compensated' | 'failed';
  readonly summary: string | null;
  readonly error: ErrorView | null;
}

export interface CheckpointView {
  readonly version: number;
  readonly seq: number;
  readonly at: number;
  readonly path: string;
  readonly status: StepStatus;
}

/** A checkpoint in the history of a run. */
export interface VersionView extends CheckpointView {
  /** A later rollback went back to before it: it no longer counts, and can still be looked at, forked and gone back to. */
  readonly setAside: boolean;
}

/** A step as it was at one version. */
export interface StepResultView {
  readonly status: StepStatus;
  readonly summary: string | null;
  readonly error: ErrorView | null;
  /** Undefined while it has none. */
  readonly output: Json | undefined;
}

/** Null on the side where the step does not exist yet. */
export interface StepChange {
  readonly path: string;
  readonly from: StepResultView | null;
  readonly to: StepResultView | null;
}

export interface RunDiff {
  readonly runId: string;
  readonly from: number;
  readonly to: number;
  /** In the order of the workflow; steps that are equal at both versions are left out. */
  readonly steps: readonly StepChange[];
}

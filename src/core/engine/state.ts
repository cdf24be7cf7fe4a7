// The state of a run: what reduce() maintains. Owned by one holder and updated in place, because a copy per event
// would cost O(steps); what changes are `phase` and `StepState` values, which are themselves immutable.

import type { ErrorView } from '#base/errors.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { RunEventOf, RunMode } from '#protocol/runEvents.ts';
import type { Usage } from '#protocol/usage.ts';
import type { Step, WorkflowDefinition } from '#core/workflow/definition.ts';
import { stepNotFound } from '#core/engine/errors.ts';
import type { StepAssignment } from '#core/engine/executor.ts';
import type { Flag } from '#core/engine/flags.ts';
import type { StepGraph } from '#core/engine/stepGraph.ts';

export type RunPhase =
  | { readonly status: 'parsing' }
  | { readonly status: 'validating' }
  | { readonly status: 'executing' }
  | { readonly status: 'paused'; readonly by: string; readonly reason: string }
  | { readonly status: 'cancelling'; readonly by: string; readonly reason: string; readonly compensate: boolean }
  | CompensatingPhase
  | EndedPhase;

/** Completed steps are being undone, one after the other; how far it is, `RunState.compensations` tells. */
export interface CompensatingPhase {
  readonly status: 'compensating';
  /** Index of the compensation that is next or under way. */
  readonly next: number;
  /** How the run ends afterwards; `reason` is that of the cancel. */
  readonly ends: { readonly as: 'failed' } | { readonly as: 'cancelled'; readonly reason: string };
}

export interface Compensation {
  readonly path: string;
  readonly action: string;
  /** The version whose result it undoes. */
  readonly undoes: number;
  readonly now: CompensationState;
}

export type CompensationState =
  /** `attempt` is the one that starts next. */
  | { readonly status: 'due'; readonly attempt: number }
  | { readonly status: 'running'; readonly attempt: number; readonly startedAt: number; readonly agent: string }
  | { readonly status: 'retrying'; readonly attempt: number; readonly retryAt: number; readonly error: ErrorView }
  | { readonly status: 'compensated'; readonly summary: string }
  | { readonly status: 'failed'; readonly attempt: number; readonly error: ErrorView };

export type EndedPhase =
  | { readonly status: 'completed'; readonly output: Json; readonly endedAt: number }
  | { readonly status: 'partial'; readonly output: Json; readonly reason: string; readonly endedAt: number }
  | { readonly status: 'failed'; readonly error: ErrorView; readonly endedAt: number }
  | { readonly status: 'cancelled'; readonly reason: string; readonly endedAt: number };

interface Begun {
  /** Null for gates and composites: no agent does them. */
  readonly assignment: StepAssignment | null;
  readonly attempt: number;
  /** Start of the first attempt. */
  readonly startedAt: number;
}

export type OpenStepState =
  | { readonly status: 'pending' }
  | { readonly status: 'queued' }
  /** `attempt` is the one that starts next: above 1 only after a crash interrupted it. */
  | { readonly status: 'assigned'; readonly assignment: StepAssignment; readonly attempt: number }
  /** `asks` counts the decisions it waits for; `attemptAt` is the start of this attempt. */
  | (Begun & { readonly status: 'running'; readonly attemptAt: number; readonly asks: number })
  | (Begun & { readonly status: 'retrying'; readonly retryAt: number; readonly error: ErrorView });

export type SettledStepState =
  | (Begun & { readonly status: 'succeeded'; readonly output: Json; readonly summary: string; readonly endedAt: number })
  | (Begun & { readonly status: 'failed'; readonly error: ErrorView; readonly endedAt: number })
  | { readonly status: 'skipped'; readonly reason: string; readonly endedAt: number }
  | { readonly status: 'cancelled'; readonly reason: string; readonly endedAt: number }
  | { readonly status: 'overridden'; readonly output: Json; readonly by: string; readonly reason: string; readonly endedAt: number };

export type StepState = OpenStepState | SettledStepState;

/** One step instance: `repair#2/verify`. */
export interface StepInstance {
  readonly path: string;
  readonly step: Step;
  readonly scope: Scope;
  /** Position in its scope's graph. */
  readonly index: number;
  /** Dependencies that are not settled yet; it may start at 0. */
  unmet: number;
  state: StepState;
  /** Over all attempts, one entry a model. */
  usage: readonly Usage[];
  /** Ids of all decisions it ever asked for, in order. */
  decisions: readonly string[];
  /** What runs inside a composite, once opened. */
  body: Body | null;
}

/** What makes one scope differ from another of the same steps. */
export type Frame =
  | { readonly kind: 'workflow'; readonly definition: WorkflowDefinition; readonly inputs: JsonObject }
  | { readonly kind: 'pass'; readonly iteration: number; readonly last: JsonObject }
  | { readonly kind: 'item'; readonly index: number; readonly item: Json };

/** A set of sibling steps that run together: the root, one loop pass, one map item, a sub-workflow. */
export interface Scope {
  readonly body: Body;
  readonly frame: Frame;
  /** '' or `key#2/`, `key[0]/`, `key/`, with those of outer scopes before it. */
  readonly prefix: string;
  readonly graph: StepGraph;
  readonly instances: readonly StepInstance[];
  /** Outputs of settled steps by key; null for skipped and failed ones. */
  readonly results: { [key: string]: Json };
  unsettled: number;
}

/** The scopes of one composite (or of the run itself, where `owner` is null). */
export interface Body {
  readonly owner: StepInstance | null;
  /** In order of iteration or index; of a map only those opened so far. */
  readonly scopes: Scope[];
  /** Elements of a map; null otherwise. */
  readonly items: readonly Json[] | null;
  /** Scopes with unsettled steps. */
  open: number;
  /** The step that failed without continueOnError. */
  failedBy: StepInstance | null;
  /** Everything in here is being cancelled: no further map item is opened. */
  stopping: boolean;
}

export interface Decision {
  readonly id: string;
  readonly path: string;
  readonly kind: 'gate' | 'approval' | 'question';
  readonly title: string;
  readonly detail: string;
  readonly options: readonly { readonly id: string; readonly label: string }[];
  readonly askedAt: number;
  readonly made: { readonly choice: string; readonly reason: string; readonly by: string } | null;
}

export interface RunState {
  readonly runId: string;
  readonly created: RunEventOf<'run.created'>;
  readonly definition: WorkflowDefinition;
  readonly library: { readonly [name: string]: WorkflowDefinition };
  readonly flags: ReadonlySet<Flag>;
  readonly mode: RunMode;
  readonly root: Body;
  readonly steps: Map<string, StepInstance>;
  /** Asked and not withdrawn, in order of asking. */
  readonly decisions: Map<string, Decision>;
  /** Paths of running tasks that wait for nobody: what counts against `maxParallelSteps`. */
  readonly active: Set<string>;
  /** Steps that failed for good, in order. */
  readonly failures: { readonly path: string; readonly error: ErrorView }[];
  /** Tasks that succeeded and say how they are undone, in the order they ended in, with the version each of them made. */
  readonly undoable: { readonly path: string; readonly version: number }[];
  /** In the order they are done in; empty until the run is being undone. */
  readonly compensations: Compensation[];
  /** How often each path was undone, over the whole history: what it does again is not what it did before. */
  readonly undone: Map<string, number>;
  /** The terminal provider error after which nothing more may start; `version` is the one its failure made. */
  stop: { readonly path: string; readonly error: ErrorView; readonly version: number } | null;
  phase: RunPhase;
  seq: number;
  /** Latest checkpoint version; 0 before the first. */
  version: number;
  settled: number;
  waiting: number;
  proposals: number;
  usage: readonly Usage[];
}

/** Throws `step.notFound`. */
export function stepAt(state: RunState, path: string): StepInstance {
  const instance = state.steps.get(path);
  if (instance === undefined) throw stepNotFound(path);
  return instance;
}

export function isSettled(state: StepState): state is SettledStepState {
  switch (state.status) {
    case 'succeeded':
    case 'failed':
    case 'skipped':
    case 'cancelled':
    case 'overridden':
      return true;
    case 'pending':
    case 'queued':
    case 'assigned':
    case 'running':
    case 'retrying':
      return false;
  }
}

export function isEnded(phase: RunPhase): phase is EndedPhase {
  return phase.status === 'completed' || phase.status === 'partial' || phase.status === 'failed' || phase.status === 'cancelled';
}

// The one interface of a CAS workspace, in plain data: the CLI, the editor and another window all speak it,
// in the owner's process directly, elsewhere over the owner's socket.

import type { Disposable } from '#base/disposable.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { ApprovalMethods } from '#protocol/approval.ts';
import type { AgentFileMethods } from '#protocol/agentFiles.ts';
import type { SteeringMethods } from '#protocol/steering.ts';
import type { ThinkingMethods } from '#protocol/thinking.ts';
import type { AgentView } from '#protocol/agent.ts';
import type { AgentDetailMethods } from '#protocol/agentDetail.ts';
import type { AuditMethods } from '#protocol/audit.ts';
import type { BusMessage } from '#protocol/bus.ts';
import type { FeedbackMethods } from '#protocol/feedback.ts';
import type { MetricsMethods } from '#protocol/metrics.ts';
import type { ParityResult, ParitySummary, ParityTable } from '#protocol/parity.ts';
import type { DeadLetter } from '#protocol/deadLetter.ts';
import type { ProviderTest, ProviderView } from '#protocol/provider.ts';
import type { Budget, BudgetStatus, CostGroup, CostReport, RunEstimate } from '#protocol/spending.ts';
import type { QueueStatus } from '#protocol/queue.ts';
import type { DecisionOutcome, ProposalSummary, ProposalTarget, ProposalView } from '#protocol/proposal.ts';
import type { MigrationMethods } from '#protocol/migration.ts';
import type { ReviewMethods } from '#protocol/review.ts';
import type { RunEvent, RunMode, StepSignal } from '#protocol/runEvents.ts';
import type { TriggerList, TriggerTrial } from '#protocol/trigger.ts';
import type { RuntimeStatus } from '#protocol/runtimeStatus.ts';
import type { RunPageMethods } from '#protocol/runPage.ts';
import type { RunDiff, RunSummary, RunView, VersionView } from '#protocol/runView.ts';
import type { BackupReport, CompactReport, PruneReport, RestoreReport, StoreInfo } from '#protocol/storeCare.ts';
import type { WorkflowCheck, WorkflowSummary } from '#protocol/workflow.ts';

export interface StartRun {
  readonly workflow: string;
  readonly inputs?: JsonObject;
  /** Default `strict` in the editor and `auto` in the CLI; the core itself has no default. */
  readonly mode: RunMode;
  readonly title?: string;
  /** Default: what the workflow's file names, else the workspace's setting. */
  readonly runtime?: string;
  /** A second start with the same key returns the first run. */
  readonly idempotencyKey?: string;
  /** −100 to 100 (default 0): greater goes first when runs have to wait. */
  readonly priority?: number;
  /** Epoch ms before which it does not begin. Default: at once. */
  readonly notBefore?: number;
  /** What its costs are counted under, besides its workflow, agents and models. */
  readonly tags?: readonly string[];
  /** At its limit the run asks a person. Default: none of its own. */
  readonly budget?: Budget;
  /** Answers given to exactly the same question before are taken again. Default false. */
  readonly cache?: boolean;
}

/** Everything live: durable run events, signals, and "this list changed" notes. Delivered in order per run. */
export type CoreEvent =
  | { readonly kind: 'run'; readonly event: RunEvent }
  | { readonly kind: 'signal'; readonly runId: string; readonly signal: StepSignal }
  | {
      readonly kind: 'changed';
      readonly what: 'parity' | 'workflows' | 'agents' | 'proposals' | 'runs' | 'migrations' | 'audit' | 'feedback' | 'metrics';
    };

export interface ReportFiles {
  /** Absolute paths under `.cas/runs/<id>/`. */
  readonly folder: string;
  readonly markdown: string | null;
  readonly json: string | null;
  readonly diffs: readonly string[];
}

export interface WorkspaceInfo {
  readonly root: string;
  readonly version: string;
  /** `owner`: this process holds the store; `attached`: it speaks to the owner; `memory`: dry run, nothing is stored. */
  readonly role: 'owner' | 'attached' | 'memory';
  /** False: everything can be read, nothing runs and nothing is written. */
  readonly trusted: boolean;
  readonly ownerPid: number;
  /** On which runs are started that name no runtime. */
  readonly runtime: string;
  /** Providers that can be called now, by id; empty when no key is set. */
  readonly providers: readonly string[];
}

/**
 * Every method may throw an AppError; unknown ids give `run.notFound`, `proposal.notFound`, `workflow.notFound`, `agent.notFound`, `runtime.notFound`.
 * An id may be given as a unique prefix (at least 4 characters after the `_`), or `latest` for runs.
 */
export interface CoreMethods
  extends
    ApprovalMethods,
    AgentDetailMethods,
    AgentFileMethods,
    SteeringMethods,
    ThinkingMethods,
    AuditMethods,
    FeedbackMethods,
    MetricsMethods,
    RunPageMethods,
    ReviewMethods,
    MigrationMethods {
  'workspace.info': () => Promise<WorkspaceInfo>;
  'workflows.list': () => Promise<readonly WorkflowSummary[]>;
  /** Checks a file's text; `file` is only for messages. `name` alone checks that workflow. */
  'workflows.check': (request: { readonly name?: string; readonly text?: string; readonly file?: string }) => Promise<WorkflowCheck>;
  'agents.list': () => Promise<readonly AgentView[]>;
  'agents.get': (id: string) => Promise<AgentView & { readonly instructions: string }>;
  /** Closes this agent's breakers. */
  'agents.resetBreakers': (id: string) => Promise<void>;
  /** Returns as soon as the start is durable. Refusals: `workflow.invalid`, `workflow.badInput`, `llm.noProvider`. */
  'runs.start': (request: StartRun) => Promise<{ readonly runId: string }>;
  'runs.list': (filter?: { readonly limit?: number; readonly workflow?: string }) => Promise<readonly RunSummary[]>;
  'runs.get': (id: string) => Promise<RunView>;
  'runs.events': (request: {
    readonly id: string;
    readonly afterSeq?: number;
    readonly limit?: number;
    readonly types?: readonly RunEvent['type'][];
  }) => Promise<readonly RunEvent[]>;
  /** Its versions, oldest first. `step`: a path, or a key wherever it stands; `since`: from that version on. */
  'runs.history': (
    request: string | { readonly id: string; readonly step?: string; readonly since?: number },
  ) => Promise<readonly VersionView[]>;
  /** The run right after `version` was recorded; 0: right after its start. `run.noVersion` for one it does not have. */
  'runs.state': (request: { readonly id: string; readonly version: number }) => Promise<RunView>;
  'runs.diff': (request: { readonly id: string; readonly from: number; readonly to: number }) => Promise<RunDiff>;
  /**
   * Starts a new run where `version` stands; what is recorded up to there is reused, never run again. Inputs that are not given
   * are those of the run. Refusals: `run.noVersion`, `run.undone`, `workflow.badInput`, `llm.noProvider`.
   */
  'runs.fork': (request: {
    readonly id: string;
    readonly version: number;
    readonly inputs?: JsonObject;
    readonly title?: string;
  }) => Promise<{ readonly runId: string }>;
  /**
   * Takes a run back to `version` and leaves it paused there; `runs.resume` goes on. Later steps are set aside, not deleted.
   * Refusals: `run.stillRunning` unless it is paused or lies still, `run.noVersion`, `run.undone`.
   */
  'runs.rollback': (request: {
    readonly id: string;
    readonly version: number;
    readonly reason: string;
  }) => Promise<{ readonly setAside: readonly string[] }>;
  'runs.report': (id: string) => Promise<ReportFiles>;
  'runs.pause': (request: { readonly id: string; readonly reason?: string }) => Promise<void>;
  /** Continues a paused run, one whose process died, or one that a spent quota or a refused key stopped (`partial`). Any other finished run gives `run.finished`. */
  'runs.resume': (id: string) => Promise<void>;
  /** `compensate`: completed steps that say how are undone first, in reverse order. A run that is being undone stops that and ends. */
  'runs.cancel': (request: { readonly id: string; readonly reason?: string; readonly compensate?: boolean }) => Promise<void>;
  'runs.override': (request: {
    readonly id: string;
    readonly path: string;
    readonly output: Json;
    readonly reason: string;
  }) => Promise<void>;
  'runs.decide': (request: {
    readonly id: string;
    readonly decisionId: string;
    readonly choice: string;
    readonly reason: string;
  }) => Promise<void>;
  /** Tells the bus what happened outside: `workspace.*`, `metric.recorded`, `feedback.given`, `user.*`. Throws `bus.unknownType`, `bus.closedType`, `bus.badPayload`. */
  'bus.publish': (message: { readonly type: string; readonly payload: JsonObject; readonly id?: string }) => Promise<BusMessage>;
  /** Durable messages after one, or from the first that is kept; 500 at most. Throws `bus.notFound`. */
  'bus.replay': (query?: {
    readonly after?: string;
    readonly types?: readonly string[];
    readonly limit?: number;
  }) => Promise<readonly BusMessage[]>;
  /** JSON Schema of each type of message. */
  'bus.schemas': () => Promise<Readonly<Record<string, JsonObject>>>;
  /** Triggers of all workflows that can be run here, and whether they are at work. */
  'triggers.list': () => Promise<TriggerList>;
  /** What an event would do, or a sample of what each trigger looks at; starts nothing. `name`: a trigger or a workflow. Throws `trigger.notFound`. */
  'triggers.test': (request: {
    readonly name: string;
    readonly event?: { readonly type: string; readonly payload: JsonObject };
  }) => Promise<readonly TriggerTrial[]>;
  /** Without a name: triggers at all in this workspace, which are off until then. Turning on throws `workspace.untrusted`. */
  'triggers.set': (request: { readonly name?: string; readonly enabled: boolean }) => Promise<void>;
  /** What waits for a place, and for which. */
  'queue.status': () => Promise<QueueStatus>;
  /** Health and figures of each runtime, in the order in which they are registered. */
  'runtimes.status': () => Promise<readonly RuntimeStatus[]>;
  /**
   * Measures what the runtimes, or one of them, can do, over throw-away stores; takes seconds. The reports are kept. `feature`: that
   * one alone; the answer is then as of `parity.latest`. Throws `parity.noFeature`.
   */
  'parity.run': (request?: { readonly runtime?: string; readonly feature?: string }) => Promise<ParityTable>;
  /** The newest report of each runtime that was measured. */
  'parity.latest': (request?: { readonly runtime?: string }) => Promise<ParityTable>;
  /** Of whole measurements, newest first; 100 when no limit is given. */
  'parity.history': (request?: { readonly runtime?: string; readonly limit?: number }) => Promise<readonly ParitySummary[]>;
  /** What one feature's probe found in a runtime, newest first; 24 when no limit is given. Throws `parity.noFeature`. */
  'parity.outcomes': (request: {
    readonly feature: string;
    readonly runtime: string;
    readonly limit?: number;
  }) => Promise<readonly ParityResult[]>;
  /** Tasks that failed for good and took their run with them, newest first: the open ones, or `all`. */
  'dlq.list': (filter?: { readonly all?: boolean }) => Promise<readonly DeadLetter[]>;
  /** Puts the step back: its run goes back to just before the failure and goes on. `deadLetter.notFound`, `deadLetter.settled`. */
  'dlq.redrive': (id: string) => Promise<{ readonly runId: string }>;
  'dlq.discard': (request: { readonly id: string; readonly reason: string }) => Promise<void>;
  /** Sizes and counts, measured now. Throws `store.inMemory` in a dry run, as the other `store.*` methods do. */
  'store.info': () => Promise<StoreInfo>;
  /** A consistent, checked copy at an absolute path, while runs go on. Throws `backup.exists`, `backup.failed`. */
  'store.backup': (request: { readonly file: string }) => Promise<BackupReport>;
  /**
   * Puts a backup (absolute path), or an empty store, in the place of the store, which is kept aside. Runs are put down before; all
   * who are attached, and the owner, open the workspace anew. Throws `backup.notFound`, `backup.unusable`, `store.tooNew`.
   */
  'store.restore': (request: { readonly from: string | null }) => Promise<RestoreReport>;
  /** Gives unused space back to the disk; runs wait meanwhile. Throws `backup.failed` when the disk refuses. */
  'store.compact': () => Promise<CompactReport>;
  /** Removes what the retention policy no longer keeps. Throws `config.invalid`. */
  'store.prune': (request?: { readonly dryRun?: boolean }) => Promise<PruneReport>;
  /** From the recorded use: exact, also of runs that go on. `run`: of one run alone. */
  'costs.report': (request: { readonly by: CostGroup; readonly since?: number; readonly run?: string }) => Promise<CostReport>;
  'budgets.get': () => Promise<readonly BudgetStatus[]>;
  /** Null takes it away. Holds for calls that begin from now on; what was spent before counts. */
  'budgets.set': (request: { readonly scope: BudgetStatus['scope']; readonly budget: Budget | null }) => Promise<void>;
  /** What a run of this workflow is likely to take, from those that ended. */
  'runs.estimate': (workflow: string) => Promise<RunEstimate>;
  /** Calls nobody. */
  'providers.list': () => Promise<readonly ProviderView[]>;
  /** Makes one real call with a few tokens. Throws `provider.notFound`, `workspace.untrusted`. */
  'providers.test': (request: { readonly provider: string; readonly model?: string }) => Promise<ProviderTest>;
  'proposals.list': (filter?: { readonly runId?: string; readonly open?: boolean }) => Promise<readonly ProposalSummary[]>;
  'proposals.get': (id: string) => Promise<ProposalView>;
  /** The text of one file of a proposal: its base, the proposal's whole result, or the result with only accepted hunks. Null: no such file on that side. */
  'proposals.text': (request: {
    readonly id: string;
    readonly path: string;
    readonly side: 'base' | 'proposed' | 'accepted';
  }) => Promise<string | null>;
  /** Unified diff of the whole proposal, as `git apply` takes it. */
  'proposals.diff': (id: string) => Promise<string>;
  'proposals.accept': (request: { readonly target: ProposalTarget; readonly commit?: boolean }) => Promise<DecisionOutcome>;
  'proposals.reject': (target: ProposalTarget) => Promise<DecisionOutcome>;
  /** Takes back the last decision of this proposal; restores the files byte for byte. */
  'proposals.undo': (id: string) => Promise<DecisionOutcome>;
}

export type CoreMethod = keyof CoreMethods;

export interface CoreApi extends Disposable {
  /** One entry per method, called by name: `api.call('runs.list', { limit: 10 })`. */
  call<M extends CoreMethod>(method: M, ...args: Parameters<CoreMethods[M]>): ReturnType<CoreMethods[M]>;
  subscribe(listener: (event: CoreEvent) => void): Disposable;
  /** Stops work in flight without recording a failure (runs stay resumable), flushes the store, releases the lock. `dispose` starts the same and does not wait. */
  close(): Promise<void>;
}

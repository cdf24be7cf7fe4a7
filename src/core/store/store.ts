// The store as the rest of the core sees it. Writes are batches: all of a batch or nothing, durable when it resolves.

import type { ErrorView } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import type { StoreCare } from '#core/store/care/care.ts';
import type { AuditHead, AuditPage, AuditPart, AuditQuery, AuditVerification } from '#protocol/audit.ts';
import type { MetricsRepository } from '#core/store/metrics.ts';
import type { BusMessage } from '#protocol/bus.ts';
import type { DeadLetter } from '#protocol/deadLetter.ts';
import type { FeedbackNote } from '#protocol/feedback.ts';
import type { RunEvent } from '#protocol/runEvents.ts';
import type { ParityReport, ParityResult, ParitySummary } from '#protocol/parity.ts';
import type { RunPageQuery } from '#protocol/runPage.ts';
import type { CheckpointView, RunSummary } from '#protocol/runView.ts';

/** Summary row kept beside the events, written in the same batch, so lists need no replay. */
export interface RunRow extends RunSummary {
  readonly idempotencyKey: string | null;
}

export interface RunAppend {
  readonly runId: string;
  /** In order, `seq` contiguous with what is stored; else `store.conflict`. */
  readonly events: readonly RunEvent[];
  readonly summary: RunRow;
}

/** A folded state at a sequence number, so that a long run resumes without replaying all of it. Opaque to the store. */
export interface RunSnapshot {
  readonly seq: number;
  readonly format: number;
  readonly state: string;
}

/** A side effect that was done: kept apart from the events, because it outlives a rollback. */
export interface EffectRow {
  readonly key: string;
  readonly runId: string;
  readonly at: number;
  readonly result: Json;
}

export interface RunsRepository {
  /**
   * Appends of the same event-loop turn share one commit (group commit); each promise resolves when that commit is durable.
   * A create whose idempotency key exists throws `store.duplicateKey` with details.runId. A batch that is stored already, event
   * for event, is not stored again and resolves: the event's identity is its run and `seq`.
   */
  append(batch: RunAppend): Promise<void>;
  events(
    runId: string,
    options?: { readonly afterSeq?: number; readonly limit?: number; readonly types?: readonly RunEvent['type'][] },
  ): Promise<readonly RunEvent[]>;
  get(runId: string): Promise<RunRow | null>;
  /** Unique prefix; throws `run.ambiguous` with the candidates. */
  find(prefix: string): Promise<RunRow | null>;
  /** Newest first. */
  list(options?: { readonly limit?: number; readonly workflow?: string; readonly unfinished?: boolean }): Promise<readonly RunRow[]>;
  /** Newest first, with how many there are. */
  page(query?: RunPageQuery): Promise<{ readonly total: number; readonly runs: readonly RunRow[] }>;
  /** Names of the workflows runs are of, in alphabetical order. */
  workflows(): Promise<readonly string[]>;
  byIdempotencyKey(key: string): Promise<RunRow | null>;
  checkpoints(runId: string): Promise<readonly CheckpointView[]>;
  /** The result recorded for this key; undefined when there is none. */
  effect(key: string): Promise<Json | undefined>;
  /** Resolves when it is durable, with the result that is kept: the first one for its key. */
  recordEffect(row: EffectRow): Promise<Json>;
  saveSnapshot(runId: string, snapshot: RunSnapshot): Promise<void>;
  /** The newest snapshot at or before `atSeq`; null when there is none. */
  snapshot(runId: string, options?: { readonly atSeq?: number }): Promise<RunSnapshot | null>;
}

/** Written by `append` from the events of runs; a step has one letter at most. */
export interface DeadLettersRepository {
  get(id: string): Promise<DeadLetter | null>;
  /** Unique prefix; throws `deadLetter.ambiguous` with the candidates. */
  find(prefix: string): Promise<DeadLetter | null>;
  /** Newest failure first; all of them without a status. */
  list(filter?: { readonly status?: DeadLetter['status']; readonly runId?: string }): Promise<readonly DeadLetter[]>;
  /** False when it is not open (any more). */
  discard(id: string, note: string): Promise<boolean>;
}

/** A proposal's stored form; `data` is owned by core/proposals (versioned JSON), the other columns are for lists. */
export interface ProposalRow {
  readonly id: string;
  readonly runId: string | null;
  readonly status: string;
  readonly createdAt: number;
  readonly data: string;
}

/** Intent of a multi-file write: written before the first file is touched, removed after the last; found at start it is rolled back. */
export interface ApplyJournalRow {
  readonly id: string;
  readonly proposalId: string;
  readonly data: string;
}

export interface ProposalsRepository {
  save(row: ProposalRow): Promise<void>;
  get(id: string): Promise<ProposalRow | null>;
  find(prefix: string): Promise<ProposalRow | null>;
  list(filter?: { readonly runId?: string; readonly status?: readonly string[] }): Promise<readonly ProposalRow[]>;
  /** File contents by SHA-256 (hex): bases, results and the bytes before a decision. */
  putBlob(hash: string, bytes: Uint8Array): Promise<void>;
  getBlob(hash: string): Promise<Uint8Array | null>;
  beginJournal(row: ApplyJournalRow): Promise<void>;
  /** Atomically: the journal entry goes, the proposal's new state is saved. */
  endJournal(id: string, row: ProposalRow): Promise<void>;
  dropJournal(id: string): Promise<void>;
  openJournals(): Promise<readonly ApplyJournalRow[]>;
}

export interface ExecutionRow {
  readonly agent: string;
  readonly runId: string;
  readonly path: string;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly ok: boolean;
  readonly error: ErrorView | null;
  /** Of the agent's own that the step used. Absent: it named none. */
  readonly capability?: string;
}

export interface UsageRow {
  readonly runId: string;
  readonly path: string;
  readonly agent: string;
  readonly provider: string;
  readonly model: string;
  readonly at: number;
  readonly inputTokens: number | null;
  readonly cachedInputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costMicroUsd: number | null;
}

export interface AgentsRepository {
  recordExecution(row: ExecutionRow): Promise<void>;
  recordUsage(rows: readonly UsageRow[]): Promise<void>;
  /** Its executions from `since` on (epoch ms), counted in slots of that length; empty ones are left out. */
  slots(
    agent: string,
    options: { readonly since: number; readonly slotMs: number },
  ): Promise<ReadonlyMap<number, { readonly succeeded: number; readonly failed: number }>>;
  stats(agent: string): Promise<{
    readonly executions: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly durationsMs: readonly number[];
    readonly last: ExecutionRow | null;
    readonly lastFailure: ExecutionRow | null;
  }>;
  statsAll(): Promise<ReadonlyMap<string, Awaited<ReturnType<AgentsRepository['stats']>>>>;
}

/** Sums over the calls of one step, agent, model and day (UTC). What is unknown is not in the sums but counted. */
export interface CostSum {
  readonly runId: string;
  readonly path: string;
  readonly agent: string;
  readonly provider: string;
  readonly model: string;
  /** Epoch ms at which the day begins. */
  readonly dayAt: number;
  readonly calls: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly costMicroUsd: number;
  /** Calls without a known cost, and those without all of their tokens. */
  readonly unknownCost: number;
  readonly unknownTokens: number;
}

export interface CostsRepository {
  /** By run, then step. `since`: epoch ms; `runIds`: of these runs alone. */
  sums(filter?: { readonly since?: number; readonly runIds?: readonly string[] }): Promise<readonly CostSum[]>;
}

/** A whole answer of a model; `key` is the hash of everything it was asked with. */
export interface AnswerRow {
  readonly key: string;
  readonly at: number;
  readonly provider: string;
  readonly model: string;
  readonly data: Json;
}

export interface AnswersRepository {
  get(key: string): Promise<AnswerRow | null>;
  /** The first answer for a key is kept. */
  put(row: AnswerRow): Promise<void>;
}

export interface EndedTask {
  readonly runId: string;
  readonly path: string;
  readonly status: 'succeeded' | 'failed';
  /** Epoch ms; of the last attempt. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Where the scheduler of a runtime stood. Opaque to the store: `checkpoint` and `metadata` are encoded as `format` says. */
export interface RuntimeCheckpointRow {
  readonly runId: string;
  /** '' unless the scheduler nests its graphs. */
  readonly namespace: string;
  /** Later checkpoints of a namespace have greater ids. */
  readonly id: string;
  readonly parentId: string | null;
  readonly format: string;
  readonly checkpoint: Uint8Array;
  readonly metadata: Uint8Array;
}

/** What one task of a checkpoint has written so far. */
export interface RuntimeWriteRow {
  readonly runId: string;
  readonly namespace: string;
  readonly checkpointId: string;
  readonly task: string;
  readonly position: number;
  readonly channel: string;
  readonly format: string;
  readonly value: Uint8Array;
}

export interface RuntimeCheckpointsRepository {
  /** Takes the place of all earlier ones of its run and namespace, and of what their tasks wrote. */
  put(row: RuntimeCheckpointRow): Promise<void>;
  /** The same write again takes the place of the one before. */
  putWrites(writes: readonly RuntimeWriteRow[]): Promise<void>;
  newest(runId: string, namespace: string): Promise<RuntimeCheckpointRow | null>;
  /** Newest first. */
  list(runId: string): Promise<readonly RuntimeCheckpointRow[]>;
  /** In the order of tasks and positions. */
  writes(place: { readonly runId: string; readonly namespace: string; readonly id: string }): Promise<readonly RuntimeWriteRow[]>;
  forget(runId: string): Promise<void>;
}

/** Durable messages, in the order in which they were appended. */
export interface BusRepository {
  /** A message whose id is there already is not stored again. */
  append(message: BusMessage): Promise<void>;
  has(id: string): Promise<boolean>;
  /** What came after the message `id`, or from the first on; null when there is no such message (any more). */
  after(id: string | null, options: { readonly types?: readonly string[]; readonly limit: number }): Promise<readonly BusMessage[] | null>;
  /** Of one type, from that time on. */
  since(at: number, options: { readonly type: string }): Promise<readonly BusMessage[]>;
  /** Forgets what is older. */
  prune(before: number): Promise<void>;
}

export interface AuditEntry {
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly data: Json;
}

/** What counts for one capability of one agent; '' is the agent as a whole. */
export interface CapabilityEvidence {
  readonly agent: string;
  readonly capability: string;
  readonly runs: number;
  readonly succeeded: number;
  /** Sums of the shares of notes, and how many notes there are. */
  readonly good: number;
  readonly bad: number;
  readonly notes: number;
}

export interface FeedbackRepository {
  /** Takes the place of one with its id. */
  put(note: FeedbackNote): Promise<void>;
  /** False when there is none. */
  remove(id: string): Promise<boolean>;
  /** Newest first. */
  list(limit: number): Promise<readonly FeedbackNote[]>;
  /** Who executed steps of this run, or this step of it, with which capability; '' for none that was named. */
  workedIn(runId: string, path?: string): Promise<readonly { readonly agent: string; readonly capability: string }[]>;
  evidence(): Promise<readonly CapabilityEvidence[]>;
}

export interface AuditRepository {
  /** One commit, in the order of the calls. */
  append(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  page(query?: AuditQuery): Promise<AuditPage>;
  /** Reads every entry; see ChainCheck for what that proves. */
  verify(expected?: AuditHead): Promise<Omit<AuditVerification, 'checkedAt' | 'durationMs'>>;
  /** JSON lines, oldest first, 1,000 at a time. `now` (epoch ms) goes into the header. */
  export(options: { readonly after?: number; readonly now: number }): Promise<AuditPart>;
}

export interface Store {
  readonly runs: RunsRepository;
  readonly deadLetters: DeadLettersRepository;
  readonly proposals: ProposalsRepository;
  readonly agents: AgentsRepository;
  readonly audit: AuditRepository;
  /** Small values by scope and key (breaker states, settings of the store). */
  readonly values: {
    get(scope: string, key: string): Promise<Json | undefined>;
    set(scope: string, key: string, value: Json): Promise<void>;
    list(scope: string): Promise<ReadonlyMap<string, Json>>;
  };
  readonly tasks: {
    /** Steps of these runs that were started and succeeded or failed, in no order. */
    ended(runIds: readonly string[]): Promise<readonly EndedTask[]>;
  };
  /** Measurements of runtimes. */
  readonly parity: {
    save(report: ParityReport): Promise<void>;
    /** The newest of each runtime, or of one, with what was measured alone after it. */
    latest(runtime?: string): Promise<readonly ParityReport[]>;
    /** Of whole measurements, newest first; `limit` is 100 by default. */
    history(options?: { readonly runtime?: string; readonly limit?: number }): Promise<readonly ParitySummary[]>;
    /** What one feature's probe found, newest first; `limit` is 24 by default. */
    outcomes(options: { readonly feature: string; readonly runtime: string; readonly limit?: number }): Promise<readonly ParityResult[]>;
  };
  readonly runtimeCheckpoints: RuntimeCheckpointsRepository;
  readonly bus: BusRepository;
  readonly costs: CostsRepository;
  readonly metrics: MetricsRepository;
  readonly feedback: FeedbackRepository;
  readonly answers: AnswersRepository;
  readonly care: StoreCare;
  /** Waits for pending commits, closes the file, releases the lock. */
  close(): Promise<void>;
}

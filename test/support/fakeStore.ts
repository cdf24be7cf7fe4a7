// The runs repository in memory, held to the contract of store.ts: batches whole, contiguous and acknowledged later,
// one commit for all appends of a turn. Commits can be held back and made to fail.

import { AppError } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import type { EffectRow, RunAppend, RunRow, RunSnapshot, RunsRepository } from '#core/store/store.ts';
import type { RunEvent } from '#protocol/runEvents.ts';
import type { CheckpointView, StepStatus } from '#protocol/runView.ts';

interface Pending {
  readonly batch: RunAppend;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const CHECKPOINT: { readonly [type: string]: StepStatus } = {
  'step.succeeded': 'succeeded',
  'step.failed': 'failed',
  'step.skipped': 'skipped',
  'step.overridden': 'succeeded',
};

export class FakeRuns implements RunsRepository {
  readonly rows = new Map<string, RunRow>();
  readonly histories = new Map<string, RunEvent[]>();
  readonly snapshots = new Map<string, RunSnapshot[]>();
  readonly effects = new Map<string, Json>();
  commits = 0;
  #pending: Pending[] = [];
  #held = false;
  #failure: Error | null = null;

  /** From now on commits wait for `release()`. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#commit();
  }

  /** From now on every commit fails with this; null: no longer. */
  failWith(error: Error | null): void {
    this.#failure = error;
  }

  append(batch: RunAppend): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ batch, resolve, reject });
      if (this.#pending.length === 1) queueMicrotask(() => this.#commit());
    });
  }

  #commit(): void {
    if (this.#held || this.#pending.length === 0) return;
    const pending = this.#pending;
    this.#pending = [];
    this.commits += 1;
    for (const { batch, resolve, reject } of pending) {
      const refused = this.#failure ?? this.#refusal(batch);
      if (refused !== null) reject(refused);
      else {
        this.#store(batch);
        resolve();
      }
    }
  }

  #refusal({ runId, events, summary }: RunAppend): Error | null {
    const stored = this.histories.get(runId)?.length ?? 0;
    if (events.some((event, index) => event.seq !== stored + index + 1 || event.runId !== runId)) {
      return new AppError({ code: 'store.conflict', message: `Run ${runId} has ${stored} events.` });
    }
    const key = summary.idempotencyKey;
    const other = key === null || stored > 0 ? undefined : this.#withKey(key);
    return other === undefined
      ? null
      : new AppError({ code: 'store.duplicateKey', message: 'That key is used.', details: { runId: other.id } });
  }

  #store({ runId, events, summary }: RunAppend): void {
    const history = this.histories.get(runId);
    if (history === undefined) this.histories.set(runId, [...events]);
    else for (const event of events) history.push(event);
    this.rows.set(runId, summary);
  }

  #withKey(key: string): RunRow | undefined {
    return Array.from(this.rows.values()).find((row) => row.idempotencyKey === key);
  }

  async events(runId: string, options: Parameters<RunsRepository['events']>[1] = {}): Promise<readonly RunEvent[]> {
    const { afterSeq = 0, limit = Number.POSITIVE_INFINITY, types } = options;
    const since = (this.histories.get(runId) ?? []).slice(afterSeq);
    return (types === undefined ? since : since.filter((event) => types.includes(event.type))).slice(0, limit);
  }

  async get(runId: string): Promise<RunRow | null> {
    return this.rows.get(runId) ?? null;
  }

  async find(prefix: string): Promise<RunRow | null> {
    return Array.from(this.rows.values()).find((row) => row.id.startsWith(prefix)) ?? null;
  }

  async list(): Promise<readonly RunRow[]> {
    return Array.from(this.rows.values()).reverse();
  }

  async page(): Promise<{ readonly total: number; readonly runs: readonly RunRow[] }> {
    const runs = await this.list();
    return { total: runs.length, runs };
  }

  async workflows(): Promise<readonly string[]> {
    return [...new Set(Array.from(this.rows.values(), (row) => row.workflow))].toSorted();
  }

  async byIdempotencyKey(key: string): Promise<RunRow | null> {
    return this.#withKey(key) ?? null;
  }

  async checkpoints(runId: string): Promise<readonly CheckpointView[]> {
    return (this.histories.get(runId) ?? []).flatMap((event) => {
      const status = CHECKPOINT[event.type];
      if (status === undefined || !('version' in event) || event.version === null) return [];
      return [{ version: event.version, seq: event.seq, at: event.at, path: event.path, status }];
    });
  }

  async effect(key: string): Promise<Json | undefined> {
    return this.effects.get(key);
  }

  async recordEffect({ key, result }: EffectRow): Promise<Json> {
    const kept = this.effects.get(key) ?? result;
    this.effects.set(key, kept);
    return kept;
  }

  async saveSnapshot(runId: string, snapshot: RunSnapshot): Promise<void> {
    this.snapshots.set(runId, [...(this.snapshots.get(runId) ?? []), snapshot]);
  }

  async snapshot(runId: string, options: { readonly atSeq?: number } = {}): Promise<RunSnapshot | null> {
    const { atSeq = Number.POSITIVE_INFINITY } = options;
    return (this.snapshots.get(runId) ?? []).findLast((snapshot) => snapshot.seq <= atSeq) ?? null;
  }
}

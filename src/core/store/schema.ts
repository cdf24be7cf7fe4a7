// The tables as Kysely sees them. The DDL is in migrations/; change both together.
// Times are epoch milliseconds; columns named `data`, `summary`, `definition`, `labels`, `result`, `results` and `error` hold JSON.

import type { Generated } from 'kysely';

export interface StoreSchema {
  schema_migrations: { id: number; name: string; checksum: string; applied_at: number };

  workflows: { hash: string; name: string; definition: string; first_used_at: number };
  runs: {
    id: string;
    workflow: string;
    status: string;
    created_at: number;
    /** When `summary` was written; the newest is in event_batches. */
    last_seq: number;
    idempotency_key: string | null;
    summary: string;
  };
  /** `data`: the events from `first_seq` to `last_seq`, a JSON array in UTF-8. `progress` and `runs.summary`: runRows.ts. */
  event_batches: { run_id: string; first_seq: number; last_seq: number; progress: string | null; data: Uint8Array };
  snapshots: { run_id: string; seq: number; format: number; state: string };

  proposals: { id: string; run_id: string | null; status: string; created_at: number; data: string };
  blobs: { hash: string; bytes: Uint8Array };
  journals: { id: string; proposal_id: string; data: string };
  verdicts: { id: string; proposal_id: string; judge: string; verdict: string; at: number; data: string };

  executions: {
    id: Generated<number>;
    agent: string;
    run_id: string;
    path: string;
    started_at: number;
    duration_ms: number;
    ok: number;
    error: string | null;
    capability: string | null;
  };
  usage: {
    id: Generated<number>;
    run_id: string;
    path: string;
    agent: string;
    provider: string;
    model: string;
    at: number;
    input_tokens: number | null;
    cached_input_tokens: number | null;
    output_tokens: number | null;
    cost_micro_usd: number | null;
  };

  run_ends: {
    run_id: string;
    workflow: string;
    runtime: string;
    status: string;
    ended_at: number;
    duration_ms: number;
    retries: number;
    calls: number;
    unpriced: number;
    cost_micro_usd: number;
    tokens: number;
  };
  agent_hours: {
    hour: number;
    agent: string;
    workflow: string;
    executions: number;
    succeeded: number;
    duration_ms: number;
    calls: number;
    unpriced: number;
    cost_micro_usd: number;
    input_tokens: number;
    cached_input_tokens: number;
    output_tokens: number;
    uncounted: number;
  };
  error_hours: { hour: number; agent: string; workflow: string; code: string; errors: number; last_at: number };
  feedback_shares: { feedback_id: string; agent: string; capability: string; good: number; share: number };

  audit: {
    id: Generated<number>;
    at: number;
    actor: string;
    action: string;
    target: string;
    data: string;
    late: number;
    prev_hash: string;
    hash: string;
  };
  metrics: { id: Generated<number>; at: number; name: string; value: number; labels: string };
  feature_migrations: { id: string; name: string; status: string; created_at: number; data: string };
  chat_sessions: { id: string; title: string; created_at: number; updated_at: number; data: string };
  feedback: { id: string; run_id: string | null; agent: string | null; rating: number; at: number; data: string };
  parity_results: {
    id: Generated<number>;
    runtime: string;
    at: number;
    duration_ms: number;
    available: number;
    total: number;
    results: string;
  };
  dead_letters: {
    id: string;
    run_id: string;
    path: string;
    status: string;
    stage: string;
    error: string;
    attempts: number;
    at: number;
    redrives: number;
    note: string | null;
  };
  effects: { key: string; run_id: string; at: number; result: string };
  runtime_checkpoints: {
    run_id: string;
    namespace: string;
    id: string;
    parent_id: string | null;
    format: string;
    checkpoint: Uint8Array;
    metadata: Uint8Array;
  };
  runtime_writes: {
    run_id: string;
    namespace: string;
    checkpoint_id: string;
    task: string;
    position: number;
    channel: string;
    format: string;
    value: Uint8Array;
  };
  bus_events: {
    position: Generated<number>;
    id: string;
    correlation_id: string;
    cause: string | null;
    version: number;
    type: string;
    payload: string;
    at: number;
  };
  model_answers: { key: string; at: number; provider: string; model: string; data: string };
  scoped_values: { scope: string; key: string; data: string };
}

// A workspace with a past: runs that ended, what agents did in them and what that cost, spread evenly over the days before `now`.
// Written through the store as the engine writes it; the same arguments give the same rows.

import type { Store } from '#core/store/store.ts';
import { append, created } from '#test/support/memoryStore.ts';
import type { RunFact } from '#protocol/runEvents.ts';

export interface Past {
  readonly runs: number;
  readonly executionsPerRun: number;
  /** Epoch ms at which the newest run ended. */
  readonly now: number;
  readonly days: number;
}

const WORKFLOWS = ['code-review', 'feature-delivery', 'security-audit', 'docs'];
const AGENTS = ['analyst', 'developer', 'quality', 'security', 'tester', 'writer', 'qa', 'planner'];
const ERRORS = ['llm.rateLimited', 'tool.timeout', 'agent.badDeliverable'];

const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

export async function writePast(store: Store, { runs, executionsPerRun, now, days }: Past): Promise<void> {
  const stepMs = (days * 86_400_000) / runs;
  for (let n = 0; n < runs; n += 500) {
    const batch = Array.from({ length: Math.min(500, runs - n) }, (_, k) => n + k);
    await Promise.all(
      batch.map((index) => writeRun(store, { index, endedAt: Math.round(now - (runs - 1 - index) * stepMs), executionsPerRun })),
    );
  }
}

async function writeRun(store: Store, { index, endedAt, executionsPerRun }: { index: number; endedAt: number; executionsPerRun: number }) {
  const runId = `run_past${String(index).padStart(6, '0')}`;
  const durationMs = 2_000 + ((index * 7_919) % 45_000);
  const at = endedAt - durationMs;
  const bad = index % 20 === 19;
  const base = { createdAt: at, workflow: pick(WORKFLOWS, index) };
  const begun = append(runId, 1, [created, { type: 'step.started', path: 'step0', attempt: bad ? 2 : 1 }], { ...base, lastSeq: 2 });
  await store.runs.append({ ...begun, events: begun.events.map((event) => ({ ...event, at })) });
  const executions = Array.from({ length: executionsPerRun }, (_, k) => {
    const agent = pick(AGENTS, index + k);
    const ok = !(bad && k === 0);
    const error = ok ? null : { code: pick(ERRORS, index), message: 'seeded', retryable: true, details: {} };
    const durationMs = 10 + ((index * 31 + k * 17) % 3_000);
    return store.agents.recordExecution({ agent, runId, path: `step${k}`, startedAt: at + k, durationMs, ok, error });
  });
  const call = { runId, path: 'step0', agent: pick(AGENTS, index), provider: 'p', model: 'm', at, cachedInputTokens: null };
  const costMicroUsd = index % 10 === 0 ? null : 20_000 + (index % 50) * 2_000;
  await store.agents.recordUsage([{ ...call, inputTokens: 3_000 + (index % 900), outputTokens: 400 + (index % 90), costMicroUsd }]);
  await Promise.all(executions);
  const error = { code: 'seeded', message: 'seeded', retryable: false, details: {} };
  const end: RunFact = bad ? { type: 'run.failed', error } : { type: 'run.completed', output: null };
  const ended = append(runId, 3, [end], { ...base, status: bad ? 'failed' : 'completed', endedAt, lastSeq: 3 });
  await store.runs.append({ ...ended, events: ended.events.map((event) => ({ ...event, at: endedAt })) });
}

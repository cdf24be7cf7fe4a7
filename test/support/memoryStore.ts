// A fresh store in memory for a test, and the values most tests put into one.

import type { RunAppend, RunRow, Store } from '#core/store/store.ts';
import { openMemoryStore } from '#node/sqlite/openMemoryStore.ts';
import type { RunEvent, RunFact } from '#protocol/runEvents.ts';

/** Same engine and schema as the real one; takes about a millisecond after the first. Close it at the end of the test. */
export function memoryStore(): Promise<Store> {
  return openMemoryStore();
}

export function runRow(id: string, changes: Partial<RunRow> = {}): RunRow {
  return {
    id,
    workflow: 'code-review',
    title: 'Review',
    status: 'executing',
    mode: 'auto',
    runtime: 'custom',
    createdAt: 1_000,
    endedAt: null,
    stepsDone: 0,
    stepsTotal: 3,
    currentStep: null,
    waitingDecisions: 0,
    proposals: 0,
    error: null,
    version: 0,
    lastSeq: 0,
    idempotencyKey: null,
    ...changes,
  };
}

export const created: RunFact = {
  type: 'run.created',
  workflow: 'code-review',
  definition: { name: 'code-review' },
  library: {},
  definitionHash: 'h1',
  inputs: {},
  mode: 'auto',
  runtime: 'custom',
  title: 'Review',
  flags: [],
  hasModel: false,
  idempotencyKey: null,
  forkedFrom: null,
};

/** Events with `seq` from `from` and `at` = 1,000 + seq, and the summary that goes with them. */
export function append(runId: string, from: number, facts: readonly RunFact[], changes: Partial<RunRow> = {}): RunAppend {
  const events = facts.map((fact, index): RunEvent => ({ ...fact, runId, seq: from + index, at: 1_000 + from + index }));
  return { runId, events, summary: runRow(runId, { lastSeq: from + facts.length - 1, ...changes }) };
}

// What durability costs: commits through the store against a bare insert loop on the same engine, in one process and folder.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '#base/clock.ts';
import type { Log } from '#core/ports.ts';
import type { Store } from '#core/store/store.ts';
import { openEngine } from '#node/sqlite/engine.ts';
import { locateSqlite } from '#node/sqlite/locate.ts';
import { openStore } from '#node/sqlite/openStore.ts';
import { append, created } from '#test/support/memoryStore.ts';

const COMMITS = 1_000;
const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Rates per second, times in microseconds. */
export async function run(): Promise<Record<string, number>> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cas-bench-store-'));
  try {
    const bare = await bareLoop(path.join(folder, 'bare.db'));
    const openedAt = performance.now();
    const store = await openStore({ file: path.join(folder, 'store.db'), clock: systemClock, log: quiet });
    const openMs = performance.now() - openedAt;
    try {
      const one = await parallelSteps(store, { runs: 1, steps: COMMITS });
      return {
        openMs,
        bareCommitsPerSecond: bare,
        storeCommitsPerSecond: one.perSecond,
        storeToBare: one.perSecond / bare,
        commitP50Us: one.p50Us,
        commitP95Us: one.p95Us,
        parallel10StepsPerSecond: (await parallelSteps(store, { runs: 10, steps: 100 })).perSecond,
        parallel1000StepsPerSecond: (await parallelSteps(store, { runs: 1_000, steps: 10 })).perSecond,
        ...(await reads(store)),
      };
    } finally {
      await store.close();
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** One row a durable transaction, on the engine itself: no worker, no projections. */
async function bareLoop(file: string): Promise<number> {
  const engine = await openEngine({ sqlJs: locateSqlite().sqlJs, file });
  engine.commit([[{ sql: 'CREATE TABLE t (n INTEGER PRIMARY KEY, data TEXT) STRICT', parameters: [] }]]);
  const data = JSON.stringify(step('run', 1).events[0]);
  const startedAt = performance.now();
  for (let n = 1; n <= COMMITS; n += 1) engine.commit([[{ sql: 'INSERT INTO t VALUES (?, ?)', parameters: [n, data] }]]);
  const perSecond = COMMITS / ((performance.now() - startedAt) / 1_000);
  engine.close();
  return perSecond;
}

function step(runId: string, seq: number) {
  const usage = { provider: 'none', model: 'none', calls: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, costMicroUsd: 0 };
  const fact = { type: 'step.succeeded', path: `step-${seq}`, attempt: 1, output: { ok: true }, summary: 'done', usage: [usage] } as const;
  return append(runId, seq, [{ ...fact, usage: [usage], durationMs: 1, version: seq - 1 }], { version: seq - 1 });
}

async function parallelSteps(store: Store, { runs, steps }: { readonly runs: number; readonly steps: number }) {
  const ids = Array.from({ length: runs }, (_, index) => `run_${runs}_${index}`);
  await Promise.all(ids.map((id) => store.runs.append(append(id, 1, [created]))));
  const timesUs: number[] = [];
  const startedAt = performance.now();
  await Promise.all(
    ids.map(async (id) => {
      for (let seq = 2; seq < steps + 2; seq += 1) {
        const at = performance.now();
        await store.runs.append(step(id, seq));
        timesUs.push((performance.now() - at) * 1_000);
      }
    }),
  );
  const perSecond = (runs * steps) / ((performance.now() - startedAt) / 1_000);
  return { perSecond, ...percentiles(timesUs) };
}

async function reads(store: Store): Promise<Record<string, number>> {
  const timesUs: number[] = [];
  for (let n = 0; n < 5_000; n += 1) {
    const at = performance.now();
    await store.runs.get(`run_1000_${n % 1_000}`);
    timesUs.push((performance.now() - at) * 1_000);
  }
  const { p50Us, p95Us } = percentiles(timesUs);
  return { readP50Us: p50Us, readP95Us: p95Us };
}

function percentiles(timesUs: readonly number[]): { readonly p50Us: number; readonly p95Us: number } {
  const sorted = timesUs.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { p50Us: at(0.5), p95Us: at(0.95) };
}

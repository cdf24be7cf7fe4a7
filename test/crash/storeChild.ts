// The process that storeKill.test.ts kills: appends to several runs as fast as it can and reports what was acknowledged.
// Lines on stdout: `ready`, then `<run> <seq>` for each acknowledged append, one write each.

import { flushCompileCache } from 'node:module';
import { systemClock } from '#base/clock.ts';
import { openStore } from '#node/sqlite/openStore.ts';
import type { RunFact } from '#protocol/runEvents.ts';
import { append, created } from '#test/support/memoryStore.ts';
import type { Durability } from '#protocol/storeCare.ts';
import { say } from '#test/crash/say.ts';

const RUNS = 6;
const [file, durability, thread] = process.argv.slice(2) as [string, Durability, 'worker' | 'here'];

const log = { debug() {}, info() {}, warn() {}, error() {} };
const store = await openStore({ file, clock: systemClock, log, durability, thread });
flushCompileCache(); // a killed process would not keep it
say('ready');

/** One run's chain: each step is a checkpoint and a task, now and then a large one. */
async function grow(runId: string): Promise<never> {
  let seq = (await store.runs.get(runId))?.lastSeq ?? 0;
  for (;;) {
    const first = seq + 1;
    const output = 'x'.repeat(Math.random() < 0.1 ? 30_000 : 200);
    const path = `s${first}`;
    const step: readonly RunFact[] = [
      { type: 'step.started', path, attempt: 1 },
      { type: 'step.succeeded', path, attempt: 1, output, summary: '', usage: [], durationMs: 1, version: first },
    ];
    const facts = first === 1 ? [created] : step;
    await store.runs.append(append(runId, first, facts));
    seq += facts.length;
    say(`${runId} ${seq}`);
  }
}

await Promise.all(Array.from({ length: RUNS }, (_, index) => grow(`run_${index}`)));

// How soon a run goes on after its process ended, and how soon a cancelled one has stopped. Over the real store.

import path from 'node:path';
import { sleep } from '#base/abort.ts';
import { systemClock } from '#base/clock.ts';
import type { RunsRepository } from '#core/store/store.ts';
import { openStore } from '#node/sqlite/openStore.ts';
import { atMost, median, percentile, row, type Section, takeTurns } from '#test/bench/measure.ts';
import { loudLog, runtimeOver, type Work } from '#test/bench/ownRuns.ts';
import { chainOf, definitionOf, levels } from '#test/bench/shapes.ts';
import { startOf } from '#test/support/engineHarness.ts';

const STEPS = 1_000;
const RESUMES = 9;
const CANCELS = 30;
const PARALLEL = 8;
const HOUR_MS = 3_600_000;

export async function run(folder: string): Promise<Section> {
  const store = await openStore({ file: path.join(folder, 'interruptions.db'), clock: systemClock, log: loudLog });
  try {
    const withSnapshots = await interrupted(store.runs, 500);
    const eventsOnly = await interrupted(store.runs, Number.MAX_SAFE_INTEGER);
    const resumes = await takeTurns({ snapshot: withSnapshots, events: eventsOnly }, RESUMES);
    const cancels: number[] = [];
    for (let n = 0; n < CANCELS; n += 1) cancels.push(await cancel(store.runs));
    return {
      title: 'Interruptions',
      about:
        `Resume: from the call, in a runtime that knows nothing of the run, until step ${STEPS.toLocaleString('en')} of ${STEPS.toLocaleString('en')} ` +
        `works again. Cancel: from the call until it is durable and all ${PARALLEL} steps in flight have stopped.`,
      rows: [
        row('resume, from a snapshot', median(resumes.snapshot), 'ms', { floor: atMost(100) }),
        row('resume, from its events alone', median(resumes.events), 'ms', { floor: atMost(100) }),
        row('cancel, median', median(cancels), 'ms'),
        row('cancel, 95th percentile', percentile(cancels, 0.95), 'ms', { floor: atMost(200) }),
      ],
    };
  } finally {
    await store.close();
  }
}

/** A run whose process ended while its last step was at work. The result takes it up, in milliseconds, and puts it down again. */
async function interrupted(runs: RunsRepository, snapshotEveryEvents: number): Promise<() => Promise<number>> {
  const definition = definitionOf(chainOf(STEPS));
  const last = definition.steps.at(-1)?.key;
  const begin = () => {
    const reached = Promise.withResolvers<number>();
    const executed: string[] = [];
    const work: Work = async ({ path: step }, _assignment, { signal }) => {
      executed.push(step);
      if (step === last) {
        reached.resolve(performance.now());
        await sleep(HOUR_MS, { clock: systemClock, signal });
      }
      return { output: null, summary: '', usage: [] };
    };
    return { runtime: runtimeOver(runs, work, { snapshotEveryEvents }), reached: reached.promise, executed };
  };
  const first = begin();
  const runId = await first.runtime.start(startOf(definition));
  await first.reached;
  await first.runtime.shutdown();
  return async () => {
    const { runtime, reached, executed } = begin();
    const startedAt = performance.now();
    await runtime.resume(runId, 'bench');
    const ms = (await reached) - startedAt;
    await runtime.shutdown();
    if (executed.length !== 1) throw new Error(`${executed.length} steps ran again, not one`);
    return ms;
  };
}

async function cancel(runs: RunsRepository): Promise<number> {
  const running = new Set<string>();
  const all = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<number>();
  const work: Work = async ({ path: step }, _assignment, { signal }) => {
    running.add(step);
    if (running.size === PARALLEL) all.resolve();
    try {
      await sleep(HOUR_MS, { clock: systemClock, signal });
    } finally {
      running.delete(step);
      if (running.size === 0) stopped.resolve(performance.now());
    }
    return { output: null, summary: '', usage: [] };
  };
  const runtime = runtimeOver(runs, work);
  const runId = await runtime.start(startOf(definitionOf(levels(1, PARALLEL))));
  await all.promise;
  const startedAt = performance.now();
  const [stoppedAt] = await Promise.all([stopped.promise, runtime.cancel(runId, 'bench', 'measured')]);
  const ms = Math.max(stoppedAt, performance.now()) - startedAt;
  await runtime.shutdown();
  return ms;
}

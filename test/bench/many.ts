// Many runs at once over the real store: what they cost, what each keeps in memory while it works or waits.

import path from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';
import { sleep } from '#base/abort.ts';
import { systemClock } from '#base/clock.ts';
import { RunQueue } from '#core/engine/queue.ts';
import type { Store } from '#core/store/store.ts';
import { openStore } from '#node/sqlite/openStore.ts';
import { atMost, median, row, type Section } from '#test/bench/measure.ts';
import { completions, loudLog, microsPerStep, runtimeOver, type Work } from '#test/bench/ownRuns.ts';
import { chainOf, definitionOf } from '#test/bench/shapes.ts';
import { startOf } from '#test/support/engineHarness.ts';

const RUNS = 1_000;
const STEPS = 5;
const ROUNDS = 5;
const QUEUED = 10_000;
const PLACES = 100;
const HOUR_MS = 3_600_000;

const count = (n: number): string => n.toLocaleString('en');

export async function run(folder: string): Promise<Section> {
  const store = await openStore({ file: path.join(folder, 'many.db'), clock: systemClock, log: loudLog, thread: 'here' });
  try {
    const definition = definitionOf(chainOf(STEPS));
    const together: number[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) together.push(await microsPerStep(store.runs, definition, RUNS));
    const inFlight = await memoryInFlight(store);
    const queue = await queued(store);
    return {
      title: 'Many runs at once',
      about:
        `Each step with its checkpoint in the store (WAL FULL). In flight: ${count(RUNS)} runs of ${STEPS} steps, each at work on its first. ` +
        `Queued: ${count(QUEUED)} runs of one step, ${PLACES} places; from the first start until the last has completed. Memory: what the heap ` +
        'and its buffers grow by, after a garbage collection, for each run.',
      rows: [
        row(`${count(RUNS)} runs of ${STEPS} at once, a step`, median(together.slice(1)), 'µs'),
        row(`${count(RUNS)} runs of ${STEPS} at once, until all have completed`, (median(together.slice(1)) * RUNS * STEPS) / 1_000, 'ms'),
        row('memory of a run in flight', inFlight, 'KB', { floor: atMost(100) }),
        row(`${count(QUEUED)} queued, put in line`, queue.inLineMs, 'ms'),
        row(`${count(QUEUED)} queued, until all have completed`, queue.doneMs, 'ms'),
        row('memory of a queued run', queue.memory, 'KB', { floor: atMost(10) }),
      ],
    };
  } finally {
    await store.close();
  }
}

/** KB of each of the runs whose first step is at work. */
async function memoryInFlight(store: Store): Promise<number> {
  const work = waitForEver();
  const runtime = runtimeOver(store.runs, work.execute);
  const definition = definitionOf(chainOf(STEPS));
  const before = keptBytes();
  for (let n = 0; n < RUNS; n += 1) await runtime.start(startOf(definition));
  await work.until(RUNS);
  const grown = keptBytes() - before;
  await runtime.shutdown();
  return grown / RUNS / 1_024;
}

function waitForEver(): { readonly execute: Work; until(runs: number): Promise<void> } {
  let [begun, wanted] = [0, 0];
  const reached = Promise.withResolvers<void>();
  const look = (): void => {
    if (wanted > 0 && begun >= wanted) reached.resolve();
  };
  return {
    async execute(_task, _assignment, { signal }) {
      begun += 1;
      look();
      await sleep(HOUR_MS, { clock: systemClock, signal });
      return { output: null, summary: '', usage: [] };
    },
    until(runs) {
      wanted = runs;
      look();
      return reached.promise;
    },
  };
}

async function queued(store: Store): Promise<{ readonly inLineMs: number; readonly doneMs: number; readonly memory: number }> {
  const admission = new RunQueue(systemClock, { runs: PLACES });
  const open = Promise.withResolvers<void>();
  const work: Work = async () => {
    await open.promise;
    return { output: null, summary: '', usage: [] };
  };
  const runtime = runtimeOver(store.runs, work, {}, admission);
  const completed = completions(runtime, QUEUED);
  const definition = definitionOf(chainOf(1));
  // Those in flight first: only the queued ones are counted.
  await Promise.all(Array.from({ length: PLACES }, () => runtime.start(startOf(definition))));
  const before = keptBytes();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: QUEUED - PLACES }, () => runtime.start(startOf(definition))));
  const inLineMs = performance.now() - startedAt;
  const memory = (keptBytes() - before) / (QUEUED - PLACES) / 1_024;
  const goesOnAt = performance.now();
  open.resolve();
  await completed;
  const doneMs = inLineMs + performance.now() - goesOnAt;
  await runtime.shutdown();
  admission.dispose();
  return { inLineMs, doneMs, memory };
}

function keptBytes(): number {
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

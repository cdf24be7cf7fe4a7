// The store by itself, empty and with 100,000 events: how long a checkpoint takes, and reads.

import path from 'node:path';
import { systemClock } from '#base/clock.ts';
import type { RunsRepository, Store } from '#core/store/store.ts';
import { openStore } from '#node/sqlite/openStore.ts';
import type { RunFact } from '#protocol/runEvents.ts';
import { atMost, median, medianRatio, percentile, row, type Row, type Section, takeTurns, timed } from '#test/bench/measure.ts';
import { loudLog, microsPerStep } from '#test/bench/ownRuns.ts';
import { chainOf, definitionOf } from '#test/bench/shapes.ts';
import { append, created } from '#test/support/memoryStore.ts';

const RUNS = 1_000;
const EVENTS_PER_RUN = 100;
const READS = 2_000;
const ROUNDS = 7;

export async function run(folder: string): Promise<Section> {
  const open = (name: string): Promise<Store> => openStore({ file: path.join(folder, `${name}.db`), clock: systemClock, log: loudLog });
  const [small, large] = [await open('small'), await open('large')];
  try {
    await fill(large);
    const rows = [...(await checkpoints(small, large)), ...(await reads(large))];
    return {
      title: 'The store',
      about: `A checkpoint is one append of a running chain, from the call until it is on the disk. The large store holds ${(RUNS * EVENTS_PER_RUN).toLocaleString('en')} events.`,
      rows,
    };
  } finally {
    await Promise.all([small.close(), large.close()]);
  }
}

async function fill(store: Store): Promise<void> {
  for (let n = 0; n < RUNS; n += 1) {
    const facts: RunFact[] = [created, ...Array.from({ length: EVENTS_PER_RUN - 1 }, (_, index) => succeeded(index))];
    await store.runs.append(append(runId(n), 1, facts, { createdAt: n, title: `Run ${n}` }));
  }
}

function runId(n: number): string {
  return `run_${String(n).padStart(6, '0')}`;
}

function succeeded(index: number): RunFact {
  const outcome = { output: { findings: index }, summary: 'done', usage: [], durationMs: 1 };
  return { type: 'step.succeeded', path: `step-${index}`, attempt: 1, version: index + 1, ...outcome };
}

async function checkpoints(small: Store, large: Store): Promise<Row[]> {
  const chain = definitionOf(chainOf(100));
  const waitsMs: number[] = [];
  const watched: RunsRepository = {
    ...small.runs,
    async append(batch) {
      waitsMs.push(await timed(() => small.runs.append(batch)));
    },
  };
  const samples = await takeTurns({ small: () => microsPerStep(watched, chain), large: () => microsPerStep(large.runs, chain) }, ROUNDS);
  const growth = medianRatio(samples.large, samples.small);
  return [
    row('checkpoint, median', percentile(waitsMs, 0.5), 'ms'),
    row('checkpoint, 95th percentile', percentile(waitsMs, 0.95), 'ms', { floor: atMost(50) }),
    row('durable step in the large store', median(samples.large), 'µs', {
      ratio: { value: growth, of: 'times the small store' },
      floor: atMost(1.5, 'ratio'),
    }),
  ];
}

async function reads({ runs }: Store): Promise<Row[]> {
  const measure = async (name: string, times: number, read: (n: number) => Promise<unknown>): Promise<Row> => {
    const samples: number[] = [];
    for (let n = 0; n < times; n += 1) samples.push(await timed(() => read((n * 7_919) % RUNS)));
    return row(`${name}, 95th percentile`, percentile(samples, 0.95), 'ms', { floor: atMost(5) });
  };
  return [
    await measure('read a run', READS, (n) => runs.get(runId(n))),
    await measure('read 100 events of a run', READS, (n) => runs.events(runId(n))),
    await measure('read the checkpoints of a run', READS, (n) => runs.checkpoints(runId(n))),
    await measure('find a run by the start of its id', READS, (n) => runs.find(runId(n))),
    await measure('list the newest 50 runs', READS / 4, () => runs.list({ limit: 50 })),
  ];
}

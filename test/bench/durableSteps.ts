// Steps with a durable checkpoint each: our runtime over the real store, against bare inserts and against LangGraph.

import fs from 'node:fs';
import path from 'node:path';
import { systemClock } from '#base/clock.ts';
import type { Store } from '#core/store/store.ts';
import { openStore } from '#node/sqlite/openStore.ts';
import { CREATE, INSERT, type InsertLoop, insertsInThread, insertsInWorker, parameters } from '#test/bench/bareInserts.ts';
import { langGraph, type Peers } from '#test/bench/langGraph.ts';
import { atLeast, atMost, median, medianRatio, notMeasured, type Row, row, type Section, takeTurns } from '#test/bench/measure.ts';
import { loudLog, microsPerStep } from '#test/bench/ownRuns.ts';
import { chainOf, definitionOf, fanOut, levels, type Shape } from '#test/bench/shapes.ts';

/** What the comparisons need that is no dependency of ours, or why it is not there. */
export type PeersOrReason = { readonly peers: Peers } | { readonly reason: string };

interface Plan {
  readonly shape: Shape;
  readonly rounds: number;
  /** How many times faster than LangGraph as it comes. */
  readonly timesFaster: number;
  /** How many times slower than one bare commit a step, at most; null where a group of steps shares a commit. */
  readonly timesBare: number | null;
}

const PLANS: readonly Plan[] = [
  { shape: chainOf(100), rounds: 25, timesFaster: 2, timesBare: 2 },
  { shape: levels(10, 10), rounds: 11, timesFaster: 2, timesBare: null },
  { shape: fanOut(1_000), rounds: 5, timesFaster: 4, timesBare: null },
];

export async function run(folder: string, found: PeersOrReason): Promise<Section[]> {
  const sections: Section[] = [];
  for (const plan of PLANS) {
    const own = fs.mkdtempSync(path.join(folder, 'durable-'));
    sections.push({
      title: `Durable steps: ${plan.shape.name}`,
      about:
        'No-op steps, each with its checkpoint on the disk before the next begins; microseconds a step, start of the run included. ' +
        'Ours syncs every commit (WAL FULL); steps that end together share one.',
      rows: await compare(plan, own, found),
    });
  }
  return sections;
}

async function compare(plan: Plan, folder: string, found: PeersOrReason): Promise<Row[]> {
  const { shape } = plan;
  const definition = definitionOf(shape);
  const file = (name: string): string => path.join(folder, `${name}.db`);
  const store: Store = await openStore({ file: file('cas'), clock: systemClock, log: loudLog });
  const inWorker = await insertsInWorker(file('worker'));
  const inThread = await insertsInThread(file('thread'));
  const others = 'peers' in found ? openOthers(found.peers, shape, file) : null;
  try {
    const count = shape.steps.length;
    const contenders: Record<string, () => Promise<number>> = {
      cas: () => microsPerStep(store.runs, definition),
      worker: () => inWorker.insert(count),
      thread: () => inThread.insert(count),
    };
    if (others) {
      contenders['native'] = () => others.native.insert(count);
      contenders['graph'] = () => others.asItComes.run();
      contenders['graphFull'] = () => others.full.run();
    }
    const samples = await takeTurns(contenders, plan.rounds);
    const modes = others && { asItComes: others.asItComes.synchronous(), full: others.full.synchronous() };
    if (modes && (modes.asItComes !== 1 || modes.full !== 2))
      throw new Error(`LangGraph's saver synced otherwise: ${JSON.stringify(modes)}`);
    return rowsOf(plan, samples, found);
  } finally {
    await Promise.all([store.close(), inWorker.close(), inThread.close(), others?.native.close()]);
    others?.asItComes.close();
    others?.full.close();
  }
}

function rowsOf({ timesBare, timesFaster }: Plan, samples: Record<string, readonly number[]>, found: PeersOrReason): Row[] {
  const of = (name: string): readonly number[] => samples[name] ?? [];
  const against = (title: string, name: string, floor: Row['floor'], faster: boolean): Row => {
    const ratio = faster ? medianRatio(of(name), of('cas')) : medianRatio(of('cas'), of(name));
    return row(title, median(of(name)), 'µs', { ratio: { value: ratio, of: faster ? 'times as long as CAS' : 'CAS takes' }, floor });
  };
  const rows = [
    row('CAS, custom runtime and store (WAL FULL)', median(of('cas')), 'µs'),
    against('Bare insert loop, same engine and worker (WAL FULL)', 'worker', timesBare === null ? null : atMost(timesBare, 'ratio'), false),
    against('Bare insert loop, same engine, no worker (WAL FULL)', 'thread', null, false),
  ];
  const graphTitle = 'LangGraph + SqliteSaver, durability sync (its WAL NORMAL)';
  const nativeTitle = 'Bare insert loop, better-sqlite3 (WAL FULL)';
  const fullTitle = 'LangGraph + SqliteSaver, durability sync, set to WAL FULL';
  if ('reason' in found) return [...rows, ...[nativeTitle, graphTitle, fullTitle].map((title) => notMeasured(title, found.reason))];
  return [
    ...rows,
    against(nativeTitle, 'native', null, false),
    against(graphTitle, 'graph', atLeast(timesFaster, 'ratio'), true),
    against(fullTitle, 'graphFull', null, true),
  ];
}

function openOthers(peers: Peers, shape: Shape, file: (name: string) => string) {
  return {
    asItComes: langGraph(peers, shape, { file: file('langgraph'), full: false }),
    full: langGraph(peers, shape, { file: file('langgraph-full'), full: true }),
    native: nativeInserts(peers, file('native')),
  };
}

function nativeInserts({ Database }: Peers, file: string): InsertLoop {
  const db = new Database(file);
  db.pragma('journal_mode=WAL');
  db.exec(CREATE);
  db.pragma('synchronous=FULL');
  const statement = db.prepare(INSERT);
  return {
    async insert(rows) {
      const startedAt = performance.now();
      for (let n = 0; n < rows; n += 1) statement.run(...parameters);
      return ((performance.now() - startedAt) * 1_000) / rows;
    },
    async close() {
      db.close();
    },
  };
}

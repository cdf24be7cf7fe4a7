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
  /** How many times faster than LangGraph as it comes, at least: as durable as it is, and syncing every commit. */
  readonly timesFaster: { readonly normal: number | null; readonly full: number };
  /** How many times slower than one bare commit a step, at most; null where a group of steps shares a commit. */
  readonly timesBare: number | null;
}

const PLANS: readonly Plan[] = [
  { shape: chainOf(100), rounds: 25, timesFaster: { normal: 10, full: 2 }, timesBare: 1.5 },
  { shape: levels(10, 10), rounds: 11, timesFaster: { normal: null, full: 2 }, timesBare: null },
  { shape: fanOut(1_000), rounds: 5, timesFaster: { normal: null, full: 4 }, timesBare: null },
];
/** Until the code of all contenders is compiled. */
const WARM_UPS = 4;

export async function run(folder: string, found: PeersOrReason): Promise<Section[]> {
  const sections: Section[] = [];
  for (const plan of PLANS) {
    const own = fs.mkdtempSync(path.join(folder, 'durable-'));
    sections.push({
      title: `Durable steps: ${plan.shape.name}`,
      about:
        'No-op steps, each with its checkpoint stored before the next begins; microseconds a step, start of the run included. Steps ' +
        'that end together share a commit. WAL FULL syncs each commit, WAL NORMAL hands it to the system. The command line has SQLite ' +
        'in its own thread, the editor in a worker.',
      rows: await compare(plan, own, found),
    });
  }
  return sections;
}

/** The contenders that are ours, by name. */
const OWN = {
  normal: { durability: 'normal', thread: 'here' },
  full: { durability: 'full', thread: 'here' },
  normalWorker: { durability: 'normal', thread: 'worker' },
  fullWorker: { durability: 'full', thread: 'worker' },
} as const;

async function compare(plan: Plan, folder: string, found: PeersOrReason): Promise<Row[]> {
  const { shape } = plan;
  const definition = definitionOf(shape);
  const file = (name: string): string => path.join(folder, `${name}.db`);
  const stores: Store[] = [];
  const contenders: Record<string, () => Promise<number>> = {};
  for (const [name, options] of Object.entries(OWN)) {
    const store = await openStore({ file: file(name), clock: systemClock, log: loudLog, ...options });
    stores.push(store);
    contenders[name] = () => microsPerStep(store.runs, definition);
  }
  const inWorker = await insertsInWorker(file('worker'));
  const inThread = await insertsInThread(file('thread'));
  const others = 'peers' in found ? openOthers(found.peers, shape, file) : null;
  try {
    const count = shape.steps.length;
    contenders['thread'] = () => inThread.insert(count);
    contenders['worker'] = () => inWorker.insert(count);
    if (others) {
      contenders['native'] = () => others.native.insert(count);
      contenders['graph'] = () => others.asItComes.run();
      contenders['graphFull'] = () => others.full.run();
    }
    const samples = await takeTurns(contenders, plan.rounds, WARM_UPS);
    const modes = others && { asItComes: others.asItComes.synchronous(), full: others.full.synchronous() };
    if (modes && (modes.asItComes !== 1 || modes.full !== 2))
      throw new Error(`LangGraph's saver synced otherwise: ${JSON.stringify(modes)}`);
    return rowsOf(plan, samples, found);
  } finally {
    await Promise.all([...stores.map((store) => store.close()), inWorker.close(), inThread.close(), others?.native.close()]);
    others?.asItComes.close();
    others?.full.close();
  }
}

function rowsOf({ timesBare, timesFaster }: Plan, samples: Record<string, readonly number[]>, found: PeersOrReason): Row[] {
  const of = (name: string): readonly number[] => samples[name] ?? [];
  const own = (title: string, name: keyof typeof OWN): Row => row(title, median(of(name)), 'µs');
  const against = (title: string, name: string, floor: Row['floor'] = null): Row => {
    const ratio = { value: medianRatio(of('full'), of(name)), of: 'CAS (WAL FULL) takes' };
    return row(title, median(of(name)), 'µs', { ratio, floor });
  };
  const slower = (
    title: string,
    name: string,
    than: { readonly name: keyof typeof OWN; readonly as: string },
    times: number | null,
  ): Row => {
    const ratio = { value: medianRatio(of(name), of(than.name)), of: `times as long as CAS (${than.as})` };
    return row(title, median(of(name)), 'µs', { ratio, floor: times === null ? null : atLeast(times, 'ratio') });
  };
  const rows = [
    own('CAS, command line (WAL NORMAL)', 'normal'),
    own('CAS, command line (WAL FULL)', 'full'),
    own('CAS, editor (WAL NORMAL)', 'normalWorker'),
    own('CAS, editor (WAL FULL)', 'fullWorker'),
    against('Bare insert loop, same engine, same thread (WAL FULL)', 'thread', timesBare === null ? null : atMost(timesBare, 'ratio')),
    against('Bare insert loop, same engine, in the worker (WAL FULL)', 'worker'),
  ];
  const graphTitle = 'LangGraph + SqliteSaver, durability sync (its WAL NORMAL)';
  const nativeTitle = 'Bare insert loop, better-sqlite3 (WAL FULL)';
  const fullTitle = 'LangGraph + SqliteSaver, durability sync, set to WAL FULL';
  if ('reason' in found) return [...rows, ...[nativeTitle, graphTitle, fullTitle].map((title) => notMeasured(title, found.reason))];
  return [
    ...rows,
    against(nativeTitle, 'native'),
    slower(graphTitle, 'graph', { name: 'normal', as: 'WAL NORMAL' }, timesFaster.normal),
    slower(graphTitle, 'graph', { name: 'full', as: 'WAL FULL' }, timesFaster.full),
    slower(fullTitle, 'graphFull', { name: 'full', as: 'WAL FULL' }, null),
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

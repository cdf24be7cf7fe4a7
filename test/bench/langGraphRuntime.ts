// The LangGraph runtime against LangGraph alone: the same chain, the same checkpointer over the same store, the same durability.

import fs from 'node:fs';
import path from 'node:path';
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import { systemClock } from '#base/clock.ts';
import { createIdSource } from '#base/ids.ts';
import type { StepExecutor } from '#core/engine/executor.ts';
import { CheckpointSaver } from '#core/runtimes/langgraph/checkpointSaver.ts';
import { createLangGraphRuntime } from '#core/runtimes/langgraph/langGraphRuntime.ts';
import type { Store } from '#core/store/store.ts';
import { openStore } from '#node/sqlite/openStore.ts';
import { atMost, median, medianRatio, row, type Section, takeTurns } from '#test/bench/measure.ts';
import { loudLog } from '#test/bench/ownRuns.ts';
import { chainOf, definitionOf } from '#test/bench/shapes.ts';
import { startOf } from '#test/support/engineHarness.ts';

const SHORT = 100;
const LONG = 10_000;
const ROUNDS = 15;

export async function run(folder: string): Promise<Section> {
  const file = path.join(fs.mkdtempSync(path.join(folder, 'langgraph-')), 'store.db');
  const store = await openStore({ file, clock: systemClock, log: loudLog });
  try {
    const { plain, ours } = await takeTurns({ plain: plainChain(store, SHORT), ours: () => ownChain(store, SHORT) }, ROUNDS, 2);
    const long = await ownChain(store, LONG);
    return {
      title: 'The LangGraph runtime',
      about:
        'Chains of no-op steps; microseconds a step. LangGraph alone: a node a step, durability sync, and the checkpointer of CAS over the ' +
        'store of CAS (WAL FULL). Ours adds the events, versions and views of the run, its retries, limits and decisions.',
      rows: [
        row(`LangGraph alone, chain of ${SHORT}`, median(plain), 'µs'),
        row(`CAS, LangGraph runtime, chain of ${SHORT}`, median(ours), 'µs', {
          ratio: { value: medianRatio(ours, plain), of: 'LangGraph alone' },
          floor: atMost(1.25, 'ratio'),
        }),
        row(`CAS, LangGraph runtime, chain of ${LONG.toLocaleString('en')}`, long, 'µs', {
          ratio: { value: long / median(ours), of: `a chain of ${SHORT}` },
          floor: atMost(1.3, 'ratio'),
        }),
      ],
    };
  } finally {
    await store.close();
  }
}

async function ownChain(store: Store, length: number): Promise<number> {
  let executed = 0;
  const executor: StepExecutor = {
    assign: () => ({ agent: 'nobody', reason: 'bench' }),
    async execute() {
      executed += 1;
      return { output: null, summary: '', usage: [] };
    },
  };
  const ids = createIdSource({ now: Date.now, random: Math.random });
  const ports = { clock: systemClock, ids, log: loudLog, runs: store.runs, checkpoints: store.runtimeCheckpoints, executor };
  const runtime = createLangGraphRuntime(ports);
  const completed = new Promise<void>((resolve) => {
    runtime.subscribe((heard) => {
      if (heard.kind === 'run' && heard.event.type === 'run.completed') resolve();
    });
  });
  const startedAt = performance.now();
  await runtime.start(startOf(definitionOf(chainOf(length))));
  await completed;
  const micros = (performance.now() - startedAt) * 1_000;
  await runtime.shutdown();
  if (executed !== length) throw new Error(`${executed} of ${length} steps were executed`);
  return micros / length;
}

/** As its documentation has it: a node for each step, an edge to the next. */
function plainChain(store: Store, length: number): () => Promise<number> {
  const sum = { reducer: (a: number, b: number) => a + b, default: () => 0 };
  const builder = new StateGraph(Annotation.Root({ done: Annotation<number>(sum) }));
  const graph = builder as unknown as {
    addNode(name: string, run: () => Promise<{ done: number }>): void;
    addEdge(from: string, to: string): void;
  };
  const names = chainOf(length).steps.map(({ key }) => key);
  for (const name of names) graph.addNode(name, async () => ({ done: 1 }));
  for (const [index, name] of [...names, END].entries()) graph.addEdge(names[index - 1] ?? START, name);
  const saver = new CheckpointSaver({
    checkpoints: store.runtimeCheckpoints,
    onWriteError: (_runId, error) => {
      throw error;
    },
  });
  const compiled = builder.compile({ checkpointer: saver });
  let runs = 0;
  return async () => {
    runs += 1;
    const config = { configurable: { thread_id: `plain-${runs}` }, durability: 'sync', recursionLimit: length + 10 } as const;
    const startedAt = performance.now();
    const { done } = await compiled.invoke({ done: 0 }, config);
    const micros = (performance.now() - startedAt) * 1_000;
    if (done !== length) throw new Error(`LangGraph ran ${done} of ${length} steps`);
    return micros / length;
  };
}

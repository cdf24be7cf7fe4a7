// LangGraph with its SQLite saver on the same shapes: a node a step, each superstep's checkpoint written before the next.
// The packages are no dependencies of the product: scripts/benchPeers.mjs puts them into .cache/bench.

import { createRequire } from 'node:module';
import path from 'node:path';
import type { Shape } from '#test/bench/shapes.ts';

interface Graph {
  addNode(name: string, run: () => Promise<State>): Graph;
  addEdge(from: string | readonly string[], to: string): Graph;
  compile(options: { readonly checkpointer: Saver }): Compiled;
}

interface State {
  readonly done: number;
}

interface Compiled {
  invoke(input: State, config: object): Promise<State>;
}

export interface NativeDatabase {
  pragma(sql: string, options?: { readonly simple: boolean }): unknown;
  exec(sql: string): void;
  prepare(sql: string): { run(...parameters: readonly unknown[]): unknown };
  close(): void;
}

interface Saver {
  readonly db: NativeDatabase;
}

export interface Peers {
  readonly StateGraph: new (state: unknown) => Graph;
  readonly Annotation: ((spec: object) => unknown) & { Root(spec: object): unknown };
  readonly START: string;
  readonly END: string;
  readonly SqliteSaver: { fromConnString(file: string): Saver };
  readonly Database: new (file: string) => NativeDatabase;
}

/** `folder` holds the peers' node_modules. */
export function loadPeers(folder: string): Peers {
  const require = createRequire(path.join(folder, 'package.json'));
  return { ...require('@langchain/langgraph'), ...require('@langchain/langgraph-checkpoint-sqlite'), Database: require('better-sqlite3') };
}

export interface LangGraphRun {
  /** Microseconds a step. */
  run(): Promise<number>;
  /** SQLite's `synchronous` once the saver is in use: 1 is NORMAL, 2 is FULL. */
  synchronous(): unknown;
  close(): void;
}

/** `full` makes its commits as durable as ours; the saver's own default is NORMAL, which a power cut may undo. */
export function langGraph(peers: Peers, shape: Shape, options: { readonly file: string; readonly full: boolean }): LangGraphRun {
  const saver = peers.SqliteSaver.fromConnString(options.file);
  if (options.full) saver.db.pragma('synchronous=FULL');
  const graph = graphOf(peers, shape).compile({ checkpointer: saver });
  let runs = 0;
  return {
    async run() {
      runs += 1;
      const config = { configurable: { thread_id: `run-${runs}` }, durability: 'sync', recursionLimit: shape.steps.length + 10 };
      const startedAt = performance.now();
      const { done } = await graph.invoke({ done: 0 }, config);
      const micros = (performance.now() - startedAt) * 1_000;
      if (done !== shape.steps.length) throw new Error(`LangGraph ran ${done} of ${shape.steps.length} steps`);
      return micros / shape.steps.length;
    },
    synchronous: () => saver.db.pragma('synchronous', { simple: true }),
    close: () => saver.db.close(),
  };
}

function graphOf({ StateGraph, Annotation, START, END }: Peers, { steps }: Shape): Graph {
  const sum = { reducer: (a: number, b: number) => a + b, default: () => 0 };
  const graph = new StateGraph(Annotation.Root({ done: Annotation(sum) }));
  const last = new Set(steps.map(({ key }) => key));
  for (const { key } of steps) graph.addNode(key, async () => ({ done: 1 }));
  for (const { key, after } of steps) {
    const [only = START, ...others] = after;
    graph.addEdge(others.length === 0 ? only : after, key);
    for (const before of after) last.delete(before);
  }
  for (const key of last) graph.addEdge(key, END);
  return graph;
}

// The LangGraph graph that drives runs: START → sched → step, step, … → step, … → END. Its size does not depend on the
// workflow: a node for each step would cost LangGraph O(steps) in every superstep.
//
// Loaded on first use only (a dynamic import), never for another runtime.

import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { Annotation, Command, END, type LangGraphRunnableConfig, START, Send, StateGraph } from '@langchain/langgraph';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';

/** What the run had recorded when the scheduler last looked. */
export interface SchedulePosition {
  readonly seq: number;
  readonly version: number;
}

export interface Schedule {
  readonly at: SchedulePosition;
  /** Paths of steps that may begin now; none: the graph ends. */
  readonly begin: readonly string[];
}

/** What the nodes do for one run. */
export interface ScheduleNodes {
  sched(): Promise<Schedule>;
  /** Begins a step's work and waits until the scheduler has to look again. Null from all tasks of a superstep but one. */
  step(path: string, superstep: number): Promise<Schedule | null>;
}

export interface ScheduleGraph {
  /** Whether a process died between two supersteps of this run. */
  isUnfinished(runId: string): Promise<boolean>;
  /** Until nothing is left to schedule. Null: goes on from the checkpoint. */
  invoke(runId: string, from: SchedulePosition | null): Promise<void>;
}

/** Nothing is traced to a service, whatever the environment asks of LangChain: a handler of this name keeps its own from being added. */
class NoTracer extends BaseCallbackHandler {
  override readonly name = 'langchain_tracer';

  /** What LangChain asks a handler of this name for. */
  getRunTreeWithTracingConfig(): undefined {
    return undefined;
  }
}

function commandOf({ at, begin }: Schedule): Command {
  const next = begin.map((path) => new Send('step', { path }));
  return new Command({ update: { at }, goto: next.length > 0 ? next : END });
}

const configOf = (runId: string) => ({ configurable: { thread_id: runId } });

export function createScheduleGraph(saver: BaseCheckpointSaver, nodesOf: (runId: string) => ScheduleNodes): ScheduleGraph {
  const nodes = (config: LangGraphRunnableConfig): ScheduleNodes => nodesOf(String(config.configurable?.['thread_id']));
  const ends = ['step', END];
  const graph = new StateGraph(Annotation.Root({ at: Annotation<SchedulePosition>() }))
    .addNode('sched', async (_state, config) => commandOf(await nodes(config).sched()), { ends })
    .addNode(
      'step',
      async (work: unknown, config: LangGraphRunnableConfig) => {
        const superstep: unknown = config.metadata?.['langgraph_step'];
        const schedule = await nodes(config).step((work as { readonly path: string }).path, superstep as number);
        return schedule === null ? {} : commandOf(schedule);
      },
      { ends },
    )
    .addEdge(START, 'sched')
    .compile({ checkpointer: saver });
  return {
    isUnfinished: async (runId) => (await graph.getState(configOf(runId))).next.length > 0,
    async invoke(runId, from) {
      // A superstep's checkpoint is stored before the next begins. Retries, limits and cancelling are the engine's.
      await graph.invoke(from === null ? null : { at: from }, {
        ...configOf(runId),
        durability: 'sync',
        recursionLimit: Number.MAX_SAFE_INTEGER,
        callbacks: [new NoTracer()],
      });
    },
  };
}

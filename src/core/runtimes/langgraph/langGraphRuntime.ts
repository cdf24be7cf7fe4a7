// The second runtime: LangGraph decides when the steps of a run work, in supersteps, with its checkpointer over our store.
// Events, retries, limits, decisions and everything people may tell a run are the engine's, as in the custom runtime.

import type { DrivenRun } from '#core/engine/runDriver.ts';
import type { Runtime } from '#core/engine/runtime.ts';
import type { RuntimeKind } from '#core/engine/runtimeKind.ts';
import { CustomRuntime, type CustomRuntimeOptions, type CustomRuntimePorts } from '#core/runtimes/custom/customRuntime.ts';
import { GraphDriver } from '#core/runtimes/langgraph/graphDriver.ts';
import type { ScheduleGraph } from '#core/runtimes/langgraph/scheduleGraph.ts';
import { standardServices } from '#core/runtimes/services/standardServices.ts';
import type { RuntimeCheckpointsRepository } from '#core/store/store.ts';

export interface LangGraphPorts extends CustomRuntimePorts {
  readonly checkpoints: RuntimeCheckpointsRepository;
}

interface Driven {
  readonly run: DrivenRun;
  readonly driver: GraphDriver;
}

export function createLangGraphRuntime(ports: LangGraphPorts, options: CustomRuntimeOptions = {}): Runtime {
  const { checkpoints, log, ...rest } = ports;
  const driven = new Map<string, Driven>();
  let loading: Promise<ScheduleGraph> | null = null;
  const graph = (): Promise<ScheduleGraph> => (loading ??= loadGraph(checkpoints, driven));
  const forget = async (runId: string): Promise<void> => {
    try {
      await checkpoints.forget(runId);
    } catch (error) {
      // The run's end is stored; a row too many harms nobody.
      log.warn('The scheduler checkpoint of a run that has ended could not be removed.', { runId, reason: String(error) });
    }
  };
  const drive = (run: DrivenRun): GraphDriver => {
    const { runId } = run.state;
    const driver = new GraphDriver(run, {
      graph,
      async onRest(ended) {
        driven.delete(runId);
        if (ended) await forget(runId);
      },
    });
    driven.set(runId, { run, driver });
    return driver;
  };
  return new CustomRuntime({ log, ...rest }, options, { id: 'langgraph', driver: drive, forget });
}

/** LangGraph takes a third of a second to load: only its own runs pay for it. */
async function loadGraph(checkpoints: RuntimeCheckpointsRepository, driven: ReadonlyMap<string, Driven>): Promise<ScheduleGraph> {
  const [{ createScheduleGraph }, { CheckpointSaver }] = await Promise.all([
    import('#core/runtimes/langgraph/scheduleGraph.ts'),
    import('#core/runtimes/langgraph/checkpointSaver.ts'),
  ]);
  const saver = new CheckpointSaver({ checkpoints, onWriteError: (runId, error) => driven.get(runId)?.run.giveUp(error) });
  return createScheduleGraph(saver, (runId) => {
    const found = driven.get(runId);
    if (found === undefined) throw new Error(`Run ${runId} is driven by nobody.`);
    return found.driver;
  });
}

export function langGraphKind(options: CustomRuntimeOptions = {}): RuntimeKind {
  return {
    id: 'langgraph',
    create: ({ store, ...ports }) => createLangGraphRuntime({ ...ports, runs: store.runs, checkpoints: store.runtimeCheckpoints }, options),
    services: standardServices,
  };
}

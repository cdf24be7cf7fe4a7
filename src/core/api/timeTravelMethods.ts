// API methods about the past of runs: their versions, the differences between them, going back, and forking.

import { resolveRun } from '#core/api/resolve.ts';
import { assertTrusted, hasModelFor, PERSON, type RunMethodsDeps } from '#core/api/runDeps.ts';
import type { Runtime } from '#core/engine/runtime.ts';
import type { RunRow } from '#core/store/store.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import { completeInputs } from '#core/workflow/inputs.ts';
import type { CoreMethods } from '#protocol/api.ts';

type Method = 'runs.history' | 'runs.state' | 'runs.diff' | 'runs.fork' | 'runs.rollback';
type ForkRun = Parameters<CoreMethods['runs.fork']>[0];

export function timeTravelMethods(deps: RunMethodsDeps): Pick<CoreMethods, Method> {
  const { store, ports } = deps;
  const found = async (id: string): Promise<{ run: RunRow; runtime: Runtime }> => {
    const run = await resolveRun(store, id);
    return { run, runtime: deps.runtime(run.runtime) };
  };
  return {
    'runs.history': async (request) => {
      const { id, ...query } = typeof request === 'string' ? { id: request } : request;
      const { run, runtime } = await found(id);
      return runtime.history(run.id, query);
    },
    'runs.state': async ({ id, version }) => {
      const { run, runtime } = await found(id);
      return runtime.viewAt(run.id, version);
    },
    'runs.diff': async ({ id, from, to }) => {
      const { run, runtime } = await found(id);
      return runtime.diff(run.id, { from, to });
    },
    'runs.fork': async (request) => {
      assertTrusted(ports);
      const { run, runtime } = await found(request.id);
      const runId = await runtime.fork(run.id, await forkRequest(deps, run, request));
      return { runId };
    },
    'runs.rollback': async ({ id, version, reason }) => {
      assertTrusted(ports);
      const { run, runtime } = await found(id);
      const outcome = await runtime.rollback(run.id, { version, by: PERSON, reason });
      const at = ports.clock.now();
      await store.audit.append({ at, actor: PERSON, action: 'run.rollback', target: run.id, data: { version, reason } });
      return outcome;
    },
  };
}

/** The definition is the one the run was started with, whatever became of its file. */
async function forkRequest(deps: RunMethodsDeps, run: RunRow, request: ForkRun): Promise<Parameters<Runtime['fork']>[1]> {
  const [created] = await deps.store.runs.events(run.id, { limit: 1 });
  if (created?.type !== 'run.created') throw new Error(`Run ${run.id} has no first event.`);
  const definition = created.definition as unknown as WorkflowDefinition;
  const library = created.library as unknown as { readonly [name: string]: WorkflowDefinition };
  return {
    version: request.version,
    inputs: completeInputs(definition.inputs, { ...created.inputs, ...request.inputs }),
    title: request.title ?? `${run.title} (fork of v${request.version})`,
    hasModel: await hasModelFor(deps, { definition, library, mode: run.mode }),
    by: PERSON,
  };
}

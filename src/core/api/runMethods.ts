// API methods about runs: starting, following and steering them.

import { AppError } from '#base/errors.ts';
import { noProvider } from '#core/agents/executor.ts';
import { resolveRun } from '#core/api/resolve.ts';
import type { Runtime } from '#core/engine/runtime.ts';
import type { HostPorts } from '#core/ports.ts';
import type { Store } from '#core/store/store.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import { completeInputs } from '#core/workflow/inputs.ts';
import type { CoreMethods, ReportFiles, StartRun } from '#protocol/api.ts';

type RunMethods = Pick<CoreMethods, Extract<keyof CoreMethods, `runs.${string}`>>;

export interface RunMethodsDeps {
  readonly ports: HostPorts;
  readonly store: Store;
  /** By id; unknown ones give `runtime.notFound`. */
  readonly runtime: (id: string | undefined) => Runtime;
  /** The checked definition and its sub-workflows. Throws `workflow.notFound`, `workflow.invalid`. */
  readonly definition: (
    name: string,
  ) => Promise<{ readonly definition: WorkflowDefinition; readonly library: { readonly [name: string]: WorkflowDefinition } }>;
  readonly providers: () => Promise<readonly string[]>;
}

const PERSON = 'person';

export function runMethods(deps: RunMethodsDeps): RunMethods {
  const { store, ports } = deps;
  const runtimeOf = async (id: string): Promise<{ runId: string; runtime: Runtime }> => {
    const row = await resolveRun(store, id);
    return { runId: row.id, runtime: deps.runtime(row.runtime) };
  };
  return {
    'runs.start': (request) => start(deps, request),
    'runs.list': (filter) =>
      store.runs.list({ limit: filter?.limit ?? 1_000, ...(filter?.workflow !== undefined && { workflow: filter.workflow }) }),
    'runs.get': async (id) => {
      const { runId, runtime } = await runtimeOf(id);
      return runtime.view(runId);
    },
    'runs.events': async ({ id, ...options }) => store.runs.events((await resolveRun(store, id)).id, options),
    'runs.history': async (id) => {
      const { runId, runtime } = await runtimeOf(id);
      return runtime.history(runId);
    },
    'runs.report': async (id) => reportFiles(ports, (await resolveRun(store, id)).id),
    'runs.pause': async ({ id, reason }) => {
      const { runId, runtime } = await runtimeOf(id);
      await runtime.pause(runId, PERSON, reason ?? '');
    },
    'runs.resume': async (id) => {
      assertTrusted(ports);
      const { runId, runtime } = await runtimeOf(id);
      await runtime.resume(runId, PERSON);
    },
    'runs.cancel': async ({ id, reason }) => {
      const { runId, runtime } = await runtimeOf(id);
      await runtime.cancel(runId, PERSON, reason ?? '');
      await store.audit.append({
        at: ports.clock.now(),
        actor: PERSON,
        action: 'run.cancel',
        target: runId,
        data: { reason: reason ?? '' },
      });
    },
    'runs.override': async ({ id, path, output, reason }) => {
      const { runId, runtime } = await runtimeOf(id);
      await runtime.override(runId, { path, output, by: PERSON, reason });
      await store.audit.append({
        at: ports.clock.now(),
        actor: PERSON,
        action: 'run.override',
        target: `${runId}/${path}`,
        data: { output, reason },
      });
    },
    'runs.decide': async ({ id, decisionId, choice, reason }) => {
      assertTrusted(ports);
      const { runId, runtime } = await runtimeOf(id);
      await runtime.decide(runId, { decisionId, choice, by: PERSON, reason });
      await store.audit.append({
        at: ports.clock.now(),
        actor: PERSON,
        action: 'run.decide',
        target: `${runId}/${decisionId}`,
        data: { choice, reason },
      });
    },
  };
}

/** An untrusted workspace runs nothing and decides nothing. */
export function assertTrusted(ports: Pick<HostPorts, 'trusted'>): void {
  if (ports.trusted()) return;
  throw new AppError({
    code: 'workspace.untrusted',
    message: 'This workspace is not trusted, so nothing runs in it and nothing is written. Trust it first.',
  });
}

async function start(deps: RunMethodsDeps, request: StartRun): Promise<{ readonly runId: string }> {
  assertTrusted(deps.ports);
  const { definition, library } = await deps.definition(request.workflow);
  const inputs = completeInputs(definition.inputs, request.inputs ?? {});
  const hasModel = request.mode !== 'dry-run' && (await deps.providers()).length > 0;
  const needsModel = [definition, ...Object.values(library)].some((one) => one.requires.includes('model'));
  if (needsModel && !hasModel && request.mode !== 'dry-run') throw noProvider(`The workflow ${definition.name}`);
  const runId = await deps.runtime(request.runtime).start({
    definition,
    library,
    inputs,
    mode: request.mode,
    title: request.title ?? titleOf(definition, inputs),
    idempotencyKey: request.idempotencyKey ?? null,
    hasModel,
  });
  return { runId };
}

/** A free-text input says more about a run than its workflow's name. */
function titleOf(definition: WorkflowDefinition, inputs: Readonly<Record<string, unknown>>): string {
  const subject = definition.inputs.find((input) => input.required && input.type === 'string');
  const said = subject === undefined ? undefined : inputs[subject.name];
  return typeof said === 'string' && said.trim() !== '' ? `${definition.name}: ${said.trim().slice(0, 100)}` : definition.name;
}

async function reportFiles(ports: HostPorts, runId: string): Promise<ReportFiles> {
  const folder = ports.runFolder(runId);
  const names = await folder.list();
  const at = (name: string): string => `${folder.path}/${name}`;
  return {
    folder: folder.path,
    markdown: names.includes('report.md') ? at('report.md') : null,
    json: names.includes('report.json') ? at('report.json') : null,
    diffs: names.filter((name) => name.endsWith('.diff')).map(at),
  };
}

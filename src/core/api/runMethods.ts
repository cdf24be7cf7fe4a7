// API methods about runs: starting, following and steering them.

import { deadLetterMethods } from '#core/api/deadLetterMethods.ts';
import { resolveRun } from '#core/api/resolve.ts';
import { assertTrusted, hasModelFor, PERSON, type RunMethodsDeps } from '#core/api/runDeps.ts';
import { timeTravelMethods } from '#core/api/timeTravelMethods.ts';
import type { Runtime } from '#core/engine/runtime.ts';
import type { HostPorts } from '#core/ports.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import { completeInputs } from '#core/workflow/inputs.ts';
import type { CoreMethods, ReportFiles, StartRun } from '#protocol/api.ts';
import type { Spending } from '#protocol/spending.ts';

type RunMethods = Pick<
  CoreMethods,
  Exclude<Extract<keyof CoreMethods, `runs.${string}` | `dlq.${string}`>, 'runs.estimate' | 'runs.steer' | 'runs.thinking'>
>;

export function runMethods(deps: RunMethodsDeps): RunMethods {
  const { store, ports } = deps;
  const runtimeOf = async (id: string): Promise<{ runId: string; runtime: Runtime }> => {
    const row = await resolveRun(store, id);
    return { runId: row.id, runtime: deps.runtime(row.runtime) };
  };
  return {
    ...timeTravelMethods(deps),
    ...deadLetterMethods(deps),
    'runs.start': (request) => start(deps, request),
    'runs.list': (filter) =>
      store.runs.list({ limit: filter?.limit ?? 1_000, ...(filter?.workflow !== undefined && { workflow: filter.workflow }) }),
    'runs.page': async (query) => ({ offset: query?.offset ?? 0, ...(await store.runs.page(query)) }),
    'runs.workflows': () => store.runs.workflows(),
    'runs.get': async (id) => {
      const { runId, runtime } = await runtimeOf(id);
      return runtime.view(runId);
    },
    'runs.events': async ({ id, ...options }) => store.runs.events((await resolveRun(store, id)).id, options),
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
    'runs.cancel': async ({ id, reason, compensate }) => {
      // Undoing is work.
      if (compensate === true) assertTrusted(ports);
      const { runId, runtime } = await runtimeOf(id);
      await runtime.cancel(runId, PERSON, reason ?? '', { compensate: compensate ?? false });
      await store.audit.append({
        at: ports.clock.now(),
        actor: PERSON,
        action: 'run.cancel',
        target: runId,
        data: { reason: reason ?? '', compensate: compensate ?? false },
      });
    },
    'runs.override': async ({ id, path, output, reason }) => {
      assertTrusted(ports);
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

async function start(deps: RunMethodsDeps, request: StartRun): Promise<{ readonly runId: string }> {
  assertTrusted(deps.ports);
  const { definition, library } = await deps.definition(request.workflow);
  const inputs = completeInputs(definition.inputs, request.inputs ?? {});
  const hasModel = await hasModelFor(deps, { definition, library, mode: request.mode });
  const runId = await deps.runtime(request.runtime ?? definition.runtime).start({
    definition,
    library,
    inputs,
    mode: request.mode,
    title: request.title ?? titleOf(definition, inputs),
    idempotencyKey: request.idempotencyKey ?? null,
    hasModel,
    ...(request.priority !== undefined && { priority: request.priority }),
    ...(request.notBefore !== undefined && { notBefore: request.notBefore }),
    ...spendingOf(request),
  });
  return { runId };
}

function spendingOf({ tags, budget, cache }: StartRun): { readonly spending?: Spending } {
  if (tags === undefined && budget === undefined && cache !== true) return {};
  return { spending: { ...(tags && { tags: [...new Set(tags)] }), ...(budget && { budget }), ...(cache === true && { cache }) } };
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

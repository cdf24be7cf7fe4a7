// The composition root: ports and a store in, the workspace's API out. A plain function; nothing is looked up by name.

import path from 'node:path';
import { Emitter } from '#base/emitter.ts';
import { DisposableStore } from '#base/disposable.ts';
import { createTeam } from '#core/api/team.ts';
import { createAgentMethods } from '#core/api/agentMethods.ts';
import { LocalApi } from '#core/api/localApi.ts';
import { proposalMethods } from '#core/api/proposalMethods.ts';
import { parityMethods } from '#core/api/parityMethods.ts';
import { runMethods } from '#core/api/runMethods.ts';
import { runtimeNotFound, skillNotFound } from '#core/api/resolve.ts';
import { createAgentExecutor } from '#core/agents/executor.ts';
import { runAgent } from '#core/agents/loop.ts';
import { createAssign } from '#core/agents/router.ts';
import type { Runtime } from '#core/engine/runtime.ts';
import type { RuntimeServices } from '#core/engine/runtimeKind.ts';
import { createModels } from '#core/llm/models.ts';
import { parsePrices } from '#core/llm/pricing.ts';
import type { HostPorts } from '#core/ports.ts';
import type { CommitPort } from '#core/proposals/ledger.ts';
import { createProposals } from '#core/proposals/proposals.ts';
import { DEFAULT_RUNTIME, runtimeKinds } from '#core/runtimes/kinds.ts';
import type { ProbeHost } from '#core/runtimes/parity/host.ts';
import { skillContextFactory } from '#core/skills/context.ts';
import type { Skill } from '#core/skills/skill.ts';
import type { Store } from '#core/store/store.ts';
import type { CoreApi, CoreEvent, WorkspaceInfo } from '#protocol/api.ts';

export interface CoreOptions {
  readonly ports: HostPorts;
  /** Owned from here on: closed by the API's close(). */
  readonly store: Store;
  readonly skills: readonly Skill[];
  readonly commit: CommitPort | undefined;
  /** Where runtimes are measured. */
  readonly probeHost: ProbeHost;
  readonly info: Pick<WorkspaceInfo, 'version' | 'role' | 'ownerPid'>;
}

export interface Core {
  readonly api: CoreApi;
  /** Continues the runs that the process before this one was working on; paused and waiting ones stay as they are. */
  resumeInterrupted(): Promise<readonly string[]>;
  /** Reads agent and workflow files anew after a change on disk. */
  filesChanged(): Promise<void>;
}

export async function createCore(options: CoreOptions): Promise<Core> {
  const { ports, store } = options;
  const { clock, ids, log } = ports;
  const resources = new DisposableStore();
  const events = new Emitter<CoreEvent>((error) => log.error('a listener of workspace events failed', {}, error));
  const changed = (what: Extract<CoreEvent, { kind: 'changed' }>['what']): void => events.fire({ kind: 'changed', what });

  const { skills, agents, catalogue } = await createTeam({ ports, skills: options.skills });
  const skill = (id: string): Skill => {
    const found = skills.get(id);
    if (found === undefined) throw skillNotFound(id, skills.keys());
    return found;
  };
  resources.add(agents);
  resources.add(agents.onChanged(() => changed('agents')));

  const prices = (await ports.readOwnFile(path.join(ports.resources, 'pricing', 'models.json'))) ?? '{"models":[]}';
  const models = resources.add(
    createModels({
      prices: parsePrices(prices),
      secrets: ports.secrets,
      settings: ports.settings,
      clock,
      ids,
      log,
      persistence: { load: () => store.values.get('llm', 'health'), save: (value) => store.values.set('llm', 'health', value) },
    }),
  );
  await models.breakers.load();
  resources.add(models.breakers.onChanged(() => changed('agents')));

  const proposals = createProposals({
    store,
    files: ports.files,
    writeGate: ports.writeGate,
    clock,
    ids,
    log,
    commit: options.commit,
    events: { changed: () => changed('proposals') },
  });
  for (const recovered of await proposals.recover())
    log.warn('a decision that a crash cut short was taken back', {
      proposal: recovered.proposalId,
      restored: recovered.restored,
      leftAlone: recovered.leftAlone,
    });

  const executor = createAgentExecutor({
    clock,
    log,
    agent: (id) => agents.get(id),
    assign: createAssign(agents),
    skill,
    skillContext: skillContextFactory({ ports, proposals }),
    hasModel: async () => (await models.available()).length > 0,
    reason: ({ task, agent, context, skillContext, found }) => {
      const wishes = { provider: task.step.provider, model: task.step.model, preferred: agent.models };
      return runAgent({ agent, prompt: task.prompt ?? '', found, stepTitle: task.step.name, wishes, models, skill, context, skillContext });
    },
    record: {
      async execution(row) {
        await store.agents.recordExecution(row);
        changed('agents');
      },
      usage: (rows) => store.agents.recordUsage(rows),
    },
  });

  const runtimePorts = { clock, ids, log, store, executor };
  const kinds = runtimeKinds({ maxParallelSteps: ports.settings().maxParallelSteps });
  const runtimes = new Map<string, Runtime>();
  const services = new Map<string, RuntimeServices>();
  for (const kind of kinds) {
    const made = resources.add(kind.create(runtimePorts));
    runtimes.set(kind.id, made);
    services.set(kind.id, kind.services(made, runtimePorts));
    resources.add(made.subscribe((event) => events.fire(event)));
  }
  const runtime = (id: string = DEFAULT_RUNTIME): Runtime => {
    const found = runtimes.get(id);
    if (found === undefined) throw runtimeNotFound(id, runtimes.keys());
    return found;
  };

  const handlers = {
    'workspace.info': async () => ({ ...options.info, root: ports.files.root, providers: await models.available() }),
    ...catalogue.methods,
    ...createAgentMethods({ agents, store, breakers: models.breakers }),
    ...runMethods({ ports, store, runtime, definition: (name) => catalogue.resolve(name), providers: () => models.available() }),
    ...proposalMethods({ ports, store, proposals }),
    ...parityMethods({ kinds, services, store, host: options.probeHost }),
  };
  const shutdown = async (): Promise<void> => {
    for (const one of runtimes.values()) await one.shutdown();
    resources.dispose();
    await store.close();
  };
  return {
    api: new LocalApi({ handlers, events, log, shutdown }),
    async filesChanged() {
      await agents.load();
      changed('workflows');
    },
    resumeInterrupted: () => resumeInterrupted(store, runtime),
  };
}

async function resumeInterrupted(store: Store, runtime: (id: string) => Runtime): Promise<readonly string[]> {
  const unfinished = await store.runs.list({ unfinished: true });
  const interrupted = unfinished.filter((run) => run.status !== 'paused' && !runtime(run.runtime).live().includes(run.id));
  for (const run of interrupted) await runtime(run.runtime).resume(run.id, 'engine');
  return interrupted.map((run) => run.id);
}

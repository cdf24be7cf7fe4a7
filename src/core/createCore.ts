// The composition root: ports and a store in, the workspace's API out. A plain function; nothing is looked up by name.

import { Emitter } from '#base/emitter.ts';
import { type Disposable, DisposableStore } from '#base/disposable.ts';
import { triggerMethods } from '#core/api/triggerMethods.ts';
import { approvalMethods } from '#core/api/approvalMethods.ts';
import { busMethods } from '#core/api/busMethods.ts';
import { createTeam } from '#core/api/team.ts';
import { announced, audited } from '#core/api/audited.ts';
import { auditMethods, recordBreaker } from '#core/api/auditMethods.ts';
import { steeringMethods } from '#core/api/steeringMethods.ts';
import { thinkingMethods } from '#core/api/thinkingMethods.ts';
import { agentFileMethods } from '#core/api/agentFileMethods.ts';
import { createAgentMethods, loadDisabled } from '#core/api/agentMethods.ts';
import { feedbackMethods } from '#core/api/feedbackMethods.ts';
import { metricsMethods, publishRunMetrics } from '#core/api/metricsMethods.ts';
import { tellBreakerStates } from '#core/api/breakerNews.ts';
import { KeyAudit } from '#core/api/keyAudit.ts';
import { LocalApi } from '#core/api/localApi.ts';
import { createMigrationPlans } from '#core/api/migrationPlans.ts';
import { providerMethods } from '#core/api/providerMethods.ts';
import { spendingMethods } from '#core/api/spending/methods.ts';
import { createPrices } from '#core/api/spending/prices.ts';
import { createSpending } from '#core/api/spending/spending.ts';
import { proposalMethods } from '#core/api/proposalMethods.ts';
import { parityMethods } from '#core/api/parityMethods.ts';
import { readRetention, storeMethods } from '#core/api/storeMethods.ts';
import { reviewMethods } from '#core/api/reviewMethods.ts';
import { assertTrusted, type RunMethodsDeps } from '#core/api/runDeps.ts';
import { runMethods } from '#core/api/runMethods.ts';
import { skillNotFound } from '#core/api/resolve.ts';
import { Runtimes } from '#core/api/runtimes.ts';
import { createAgentExecutor } from '#core/agents/executor.ts';
import { runAgent } from '#core/agents/loop.ts';
import { LearnedConfidence } from '#core/agents/learned.ts';
import { Grants } from '#core/agents/approval/grants.ts';
import { Steering } from '#core/agents/steering.ts';
import { WorkspaceGuides } from '#core/agents/workspaceGuides.ts';
import { createAssign } from '#core/agents/router.ts';
import { Toolbox } from '#core/agents/toolbox.ts';
import { ActingFiles } from '#core/trust/actingFiles.ts';
import { bridgeRuns } from '#core/bus/bridge.ts';
import { Bus } from '#core/bus/bus.ts';
import { RunQueue } from '#core/engine/queue.ts';
import type { Runtime } from '#core/engine/runtime.ts';
import type { RuntimeKind } from '#core/engine/runtimeKind.ts';
import { createModels, type ModelsPorts } from '#core/llm/models.ts';
import type { HostPorts } from '#core/ports.ts';
import type { CommitPort } from '#core/proposals/ledger.ts';
import { createProposals } from '#core/proposals/proposals.ts';
import { DEFAULT_RUNTIME, runtimeKinds } from '#core/runtimes/kinds.ts';
import type { ProbeHost } from '#core/runtimes/parity/host.ts';
import { skillContextFactory } from '#core/skills/context.ts';
import type { Skill } from '#core/skills/skill.ts';
import type { RunFolders } from '#core/store/care/prune.ts';
import { DAY_MS } from '#core/store/care/candidates.ts';
import type { Store } from '#core/store/store.ts';
import { triggersOf, type Trigger } from '#core/triggers/trigger.ts';
import { Triggers } from '#core/triggers/triggers.ts';
import type { Watch } from '#core/triggers/watchPort.ts';
import type { CoreApi, CoreEvent, WorkspaceInfo } from '#protocol/api.ts';
import type { Usage } from '#protocol/usage.ts';

/** Where the host's settings name no other. */
const DEFAULT_RUNS = 100;
const DEFAULT_PREFETCH = 4;
const DEFAULT_CALLS_PER_PROVIDER = 8;

export interface CoreOptions {
  readonly ports: HostPorts;
  /** Owned from here on: closed by the API's close(). */
  readonly store: Store;
  readonly skills: readonly Skill[];
  readonly commit: CommitPort | undefined;
  /** Where runtimes are measured. */
  readonly probeHost: ProbeHost;
  /** The folders of runs, which go with their runs. */
  readonly runFolders: RunFolders;
  /** The host's own models, and calls that are recorded or answered from a record. */
  readonly models?: Pick<ModelsPorts, 'extraProviders' | 'recorder'>;
  /** Files and the repository as they change; without it triggers on them wait for what others publish. */
  readonly watch?: Watch;
  readonly info: Pick<WorkspaceInfo, 'version' | 'role' | 'ownerPid'>;
}

export interface Core {
  readonly api: CoreApi;
  /** Continues the runs that the process before this one was working on; paused and waiting ones stay as they are. */
  resumeInterrupted(): Promise<readonly string[]>;
  /**
   * Offers another runtime, under its kind's id: runs are started on it by name, it shows up in `runtimes.status` and is
   * measured by `parity.run`. Disposal takes it back; its runs stay resumable. Throws `runtime.duplicate`.
   */
  registerRuntime(kind: RuntimeKind): Disposable;
  /** For a process that stays: queued runs get in line again, and triggers are at work once a person turned them on. */
  stay(): Promise<void>;
  /** Reads agent and workflow files anew after a change on disk. */
  filesChanged(): Promise<void>;
}

export async function createCore(options: CoreOptions): Promise<Core> {
  const { ports } = options;
  const { clock, ids, log } = ports;
  const resources = new DisposableStore();
  const events = new Emitter<CoreEvent>((error) => log.error('a listener of workspace events failed', {}, error));
  const changed = (what: Extract<CoreEvent, { kind: 'changed' }>['what']): void => events.fire({ kind: 'changed', what });
  const store = announced(options.store, () => changed('audit'));

  const acting = new ActingFiles(ports);
  await acting.begin();
  const { skills, agents, catalogue } = await createTeam({ ports, skills: options.skills, acting });
  const toolbox = ports.tools && new Toolbox({ host: ports.tools, ports, store, acting });
  const skill = (id: string): Skill => {
    const found = skills.get(id);
    if (found === undefined) throw skillNotFound(id, skills.keys());
    return found;
  };
  resources.add(agents);
  agents.setDisabled(await loadDisabled(store));
  const learned = new LearnedConfidence();
  learned.replace(await store.feedback.evidence());
  resources.add(agents.onChanged(() => changed('agents')));

  const limits = ports.settings();
  const queue = resources.add(
    new RunQueue(clock, {
      runs: limits.maxRuns ?? DEFAULT_RUNS,
      prepareAhead: limits.queuePrefetch ?? DEFAULT_PREFETCH,
      callsPerProvider: limits.maxCallsPerProvider ?? DEFAULT_CALLS_PER_PROVIDER,
      ...(limits.maxRunsPerWorkflow !== undefined && { runsPerWorkflow: limits.maxRunsPerWorkflow }),
      ...(limits.maxTasksPerAgent !== undefined && { tasksPerAgent: limits.maxTasksPerAgent }),
    }),
  );
  const bus = resources.add(new Bus({ clock, ids, log, store: store.bus }));
  const bridge = bridgeRuns({
    bus,
    log,
    workflowOf: async (runId) => (await store.runs.get(runId))?.workflow ?? null,
    causeOf: (runId) => triggers.causeOf(runId),
  });

  const measure = publishRunMetrics({ ports, store, bus, told: () => changed('metrics') });

  const prices = await createPrices(ports);
  await prices.load();
  const spending = createSpending({
    store,
    clock,
    log,
    prices,
    decide: async (runId, request) => {
      const run = await store.runs.get(runId);
      if (run !== null) await runtimes.get(run.runtime).decide(runId, request);
    },
  });
  const keyAudit = resources.add(new KeyAudit({ store, clock, log }));
  const models = resources.add(
    createModels({
      onKeyUse: keyAudit,
      ...options.models,
      prices: prices.current,
      answers: store.answers,
      secrets: ports.secrets,
      settings: ports.settings,
      clock,
      ids,
      log,
      enter: (provider, wait) => queue.enter('provider', provider, wait),
      persistence: { load: () => store.values.get('llm', 'health'), save: (value) => store.values.set('llm', 'health', value) },
      healthPersistence: { load: () => store.values.get('llm', 'figures'), save: (value) => store.values.set('llm', 'figures', value) },
    }),
  );
  await models.breakers.load();
  resources.add(tellBreakerStates(models.breakers, { clock, changed: () => changed('agents') }));
  resources.add(models.breakers.onMoved((move) => void recordBreaker({ store, clock, log }, move)));

  const proposals = createProposals({
    store,
    files: ports.files,
    writeGate: ports.writeGate,
    clock,
    ids,
    log,
    commit: options.commit,
    protects: () => ports.settings().protectedPaths ?? [],
    events: { changed: () => changed('proposals') },
  });
  for (const recovered of await proposals.recover())
    log.warn('a decision that a crash cut short was taken back', {
      proposal: recovered.proposalId,
      restored: recovered.restored,
      leftAlone: recovered.leftAlone,
    });

  const guides = new WorkspaceGuides({ files: ports.files, trusted: ports.trusted, log });
  const steering = new Steering();
  const skillContextOf = skillContextFactory({ ports, proposals });
  const executor = createAgentExecutor({
    clock,
    log,
    agent: (id) => agents.get(id),
    assign: createAssign(agents, learned),
    skill,
    skillContext: skillContextOf,
    hasModel: async () => (await models.available()).length > 0,
    enter: (agent, wait) => queue.enter('agent', agent, wait),
    reason: async ({ task, agent, context, skillContext, found }) => {
      const wishes = { provider: task.step.provider, model: task.step.model, preferred: agent.models };
      const account = await spending.account(task, agent.id, context);
      const asked = { prompt: task.prompt ?? '', found, stepTitle: task.step.name, wishes };
      const step = await toolbox?.forStep({ task, agent, context, skillContext });
      const inbox = steering.open(task.runId, task.path);
      try {
        return await runAgent({
          ...asked,
          agent,
          models,
          account,
          guides,
          inbox,
          colleagues: {
            agents,
            skillContext: (other) => skillContextOf(task, other, context),
            account: (other) => spending.account(task, other.id, context),
            bench: async (other, own) => toolbox?.forStep({ task, agent: other, context, skillContext: own }),
          },
          skill,
          context,
          skillContext,
          ...(step && { bench: step.bench }),
        });
      } finally {
        inbox.dispose();
        await step?.dispose();
      }
    },
    record: {
      async execution(row) {
        await store.agents.recordExecution(row);
        learned.ran(row);
        changed('agents');
      },
    },
  });

  const runtimes = resources.add(
    new Runtimes({
      ports: { clock, ids, log, store, executor, admission: queue },
      onEvent(event) {
        events.fire(event);
        if (event.kind === 'run') plans.follow(event.event);
        if (event.kind !== 'run') return;
        bridge(event.event);
        measure(event.event);
      },
    }),
  );
  for (const kind of runtimeKinds({ maxParallelSteps: ports.settings().maxParallelSteps })) runtimes.register(kind);
  const runtime = (id: string = ports.settings().runtime ?? DEFAULT_RUNTIME): Runtime => runtimes.get(id);

  const allTriggers = async (): Promise<readonly Trigger[]> => (await catalogue.runnable()).flatMap((one) => triggersOf(one));
  const runDeps: RunMethodsDeps = {
    ports,
    store,
    runtime,
    definition: (name) => catalogue.resolve(name),
    providers: () => models.available(),
  };
  const ofRuns = runMethods(runDeps);
  const triggers = resources.add(
    new Triggers({
      bus,
      clock,
      log,
      store,
      trusted: ports.trusted,
      triggers: allTriggers,
      start: (request) => ofRuns['runs.start'](request),
      costOf: async (runId) => costUsd((await ofRuns['runs.get'](runId)).usage),
      watch: options.watch,
    }),
  );

  const desk = proposals.deskFor('audit', 'audit');
  const plans = createMigrationPlans({ ports, store, skill, desk, changed: () => changed('migrations') });

  const handlers = {
    'workspace.info': async () => ({
      trusted: ports.trusted(),
      ...options.info,
      root: ports.files.root,
      runtime: ports.settings().runtime ?? DEFAULT_RUNTIME,
      providers: await models.available(),
    }),
    ...catalogue.methods,
    ...agentFileMethods(agents),
    ...steeringMethods({ ports, store, steering }),
    ...thinkingMethods(store),
    ...createAgentMethods({ ports, agents, learned, store, models, prices: prices.current }),
    ...ofRuns,
    ...proposalMethods({ ports, store, proposals }),
    ...storeMethods({
      ports,
      store,
      folders: options.runFolders,
      isLive: (run) => runtimes.has(run.runtime) && runtimes.get(run.runtime).live().includes(run.id),
      changed: () => ['runs' as const, 'proposals' as const].forEach(changed),
    }),
    ...parityMethods({ runtimes, store, host: options.probeHost, changed: () => changed('parity') }),
    ...reviewMethods({
      ...runDeps,
      proposals,
      start: (request, adapt) => {
        const definition = async (name: string) => {
          const found = await catalogue.resolve(name);
          return { ...found, definition: adapt(found.definition) };
        };
        return runMethods({ ...runDeps, definition })['runs.start'](request);
      },
    }),
    ...busMethods({ bus, queue }),
    ...spendingMethods({ store, book: spending.book, definition: (name) => catalogue.resolve(name) }),
    ...providerMethods({ models, prices: prices.current, clock, assertTrusted: () => assertTrusted(ports) }),
    ...triggerMethods({ triggers, all: allTriggers, clock, assertTrusted: () => assertTrusted(ports) }),
    ...auditMethods({ ports, store }),
    ...metricsMethods({ ports, store }),
    ...feedbackMethods({
      ports,
      store,
      proposals,
      agents,
      learned,
      bus,
      changed: () => ['feedback' as const, 'agents' as const].forEach(changed),
    }),
    ...plans.methods,
    ...approvalMethods({
      ports,
      store,
      acting,
      grants: new Grants(store.values),
      approved: () => agents.load().then(() => changed('workflows')),
    }),
  };
  const shutdown = async (): Promise<void> => {
    await runtimes.shutdown();
    await keyAudit.flush();
    await plans.close();
    resources.dispose();
    await store.close();
  };
  return {
    api: new LocalApi({ handlers: audited(handlers, { ports, store }), events, log, shutdown }),
    async filesChanged() {
      await agents.load();
      changed('workflows');
      await triggers.refresh();
    },
    async stay() {
      await forgetMessages({ ports, store });
      await takeQueue(store, runtimes);
      await triggers.stay();
      plans.catchUp();
    },
    resumeInterrupted: () => resumeInterrupted(store, runtimes),
    registerRuntime: (kind) => runtimes.register(kind),
  };
}

/** 0 where nothing is known. */
function costUsd(usage: readonly Usage[]): number {
  return usage.reduce((sum, { costMicroUsd }) => sum + (costMicroUsd ?? 0), 0) / 1_000_000;
}

/** Runs of a runtime that is not registered here wait until it is. */
async function resumeInterrupted(store: Store, runtimes: Runtimes): Promise<readonly string[]> {
  const unfinished = await store.runs.list({ unfinished: true });
  const interrupted = unfinished.filter(
    (run) => run.status !== 'paused' && runtimes.has(run.runtime) && !runtimes.get(run.runtime).live().includes(run.id),
  );
  for (const run of interrupted) await runtimes.get(run.runtime).resume(run.id, 'engine');
  return interrupted.map((run) => run.id);
}

/** Those that are older than the workspace keeps them. */
async function forgetMessages({ ports, store }: { readonly ports: HostPorts; readonly store: Store }): Promise<void> {
  try {
    const { messagesDays } = await readRetention(ports);
    if (messagesDays !== null) await store.bus.prune(ports.clock.now() - messagesDays * DAY_MS);
  } catch (error) {
    // A config file with a mistake removes nothing, and keeps nothing from working.
    ports.log.warn('old messages were not removed', { reason: String(error) });
  }
}

/** A run that never had a place has one event: with a place it begins in the same commit. */
async function takeQueue(store: Store, runtimes: Runtimes): Promise<void> {
  const unfinished = await store.runs.list({ unfinished: true });
  for (const { id, runtime, lastSeq } of unfinished.toReversed()) {
    if (lastSeq === 1 && runtimes.has(runtime)) await runtimes.get(runtime).resume(id, 'engine');
  }
}

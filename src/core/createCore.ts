// The composition root: ports and a store in, the workspace's API out. A plain function; nothing is looked up by name.

import { Emitter } from '#base/emitter.ts';
import { type Disposable, DisposableStore } from '#base/disposable.ts';
import { announced } from '#core/api/audited.ts';
import { publishRunMetrics } from '#core/api/metricsMethods.ts';
import { LocalApi } from '#core/api/localApi.ts';
import { createMigrationPlans } from '#core/api/migrationPlans.ts';
import type { RunMethodsDeps } from '#core/api/runDeps.ts';
import { runMethods } from '#core/api/runMethods.ts';
import { Runtimes } from '#core/api/runtimes.ts';
import { bridgeRuns } from '#core/bus/bridge.ts';
import { Bus } from '#core/bus/bus.ts';
import type { CompositionBase } from '#core/composition/base.ts';
import { composeAgentWork } from '#core/composition/executor.ts';
import { composeHandlers } from '#core/composition/handlers.ts';
import { composeModels } from '#core/composition/models.ts';
import { composeProposals } from '#core/composition/proposals.ts';
import { createQueue } from '#core/composition/queue.ts';
import { broughtRuns, forgetMessages, resumeInterrupted, takeQueue } from '#core/composition/staying.ts';
import { composeTeam } from '#core/composition/team.ts';
import { composeTriggers } from '#core/composition/triggers.ts';
import type { RuntimeKind } from '#core/engine/runtimeKind.ts';
import type { ModelsPorts } from '#core/llm/models.ts';
import type { HostPorts } from '#core/ports.ts';
import type { CommitPort } from '#core/proposals/ledger.ts';
import { DEFAULT_RUNTIME, runtimeKinds } from '#core/runtimes/kinds.ts';
import type { ProbeHost } from '#core/runtimes/parity/host.ts';
import type { Skill } from '#core/skills/skill.ts';
import type { RunFolders } from '#core/store/care/prune.ts';
import type { Store } from '#core/store/store.ts';
import { sealed } from '#core/trust/permissions.ts';
import type { Watch } from '#core/triggers/watchPort.ts';
import type { CoreApi, CoreEvent, WorkspaceInfo } from '#protocol/api.ts';

export interface CoreOptions {
  readonly ports: HostPorts;
  /** Owned from here on: closed by the API's close(). */
  readonly store: Store;
  /** Under which what a person allowed counts: see sealed(). Default: none, for a store that nobody else can have made. */
  readonly seal?: string;
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
  const permissions = options.seal === undefined ? store.values : sealed(store.values, options.seal);
  const brought = options.seal === undefined ? new Set<string>() : await broughtRuns(store, permissions);
  const base: CompositionBase = { ports, store, permissions, resources, changed };

  const team = await composeTeam(base, options.skills);
  const { agents, catalogue } = team;

  const queue = resources.add(createQueue(clock, ports.settings()));
  const bus = resources.add(new Bus({ clock, ids, log, store: store.bus }));
  const bridge = bridgeRuns({
    bus,
    log,
    workflowOf: async (runId) => (await store.runs.get(runId))?.workflow ?? null,
    causeOf: (runId) => triggers.causeOf(runId),
  });
  const measure = publishRunMetrics({ ports, store, bus, told: () => changed('metrics') });

  const llm = await composeModels({
    ...base,
    queue,
    hostModels: options.models,
    decide: async (runId, request) => {
      const run = await store.runs.get(runId);
      if (run !== null) await runtimes.get(run.runtime).decide(runId, request);
    },
  });

  const proposals = await composeProposals(base, options.commit);
  const { executor, steering } = composeAgentWork({ ...base, ...team, ...llm, proposals, queue });

  const runtimes = resources.add(
    new Runtimes({
      ports: { clock, ids, log, store, executor, admission: queue },
      onEvent(event) {
        events.fire(event);
        if (event.kind !== 'run') return;
        plans.follow(event.event);
        bridge(event.event);
        measure(event.event);
      },
    }),
  );
  for (const kind of runtimeKinds({ maxParallelSteps: ports.settings().maxParallelSteps })) runtimes.register(kind);

  const runDeps: RunMethodsDeps = {
    ports,
    store,
    runtime: (id = ports.settings().runtime ?? DEFAULT_RUNTIME) => runtimes.get(id),
    definition: (name) => catalogue.resolve(name),
    providers: () => llm.models.available(),
  };
  const ofRuns = runMethods(runDeps);
  const { triggers, allTriggers } = composeTriggers({ ...base, bus, catalogue, ofRuns, watch: options.watch });
  const desk = proposals.deskFor('audit', 'audit');
  const plans = createMigrationPlans({ ports, store, skill: team.skill, desk, changed: () => changed('migrations') });

  const { info, runFolders, probeHost } = options;
  const services = { queue, bus, proposals, steering, runtimes, runDeps, ofRuns, triggers, allTriggers, plans };
  const handlers = composeHandlers({ ...base, ...team, ...llm, ...services, info, runFolders, probeHost });

  /** Whatever goes wrong on the way, the store is closed and with it the lock is free. */
  const shutdown = async (): Promise<void> => {
    try {
      await runtimes.shutdown();
      await llm.keyAudit.flush();
      await plans.close();
      resources.dispose();
    } finally {
      await store.close();
    }
  };
  return {
    api: new LocalApi({ handlers, events, log, shutdown }),
    async filesChanged() {
      await agents.load();
      changed('workflows');
      await triggers.refresh();
    },
    async stay() {
      await forgetMessages({ ports, store });
      await takeQueue({ store, runtimes, log, trusted: ports.trusted, brought });
      await triggers.stay();
      plans.catchUp();
    },
    resumeInterrupted: () => resumeInterrupted({ store, runtimes, log, trusted: ports.trusted, brought }),
    registerRuntime: (kind) => runtimes.register(kind),
  };
}

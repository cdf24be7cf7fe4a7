// The workspace's API, put together: each area's methods over the parts they need.

import type { LearnedConfidence } from '#core/agents/learned.ts';
import { Grants } from '#core/agents/approval/grants.ts';
import type { Steering } from '#core/agents/steering.ts';
import { agentFileMethods } from '#core/api/agentFileMethods.ts';
import { createAgentMethods } from '#core/api/agentMethods.ts';
import { approvalMethods } from '#core/api/approvalMethods.ts';
import { audited } from '#core/api/audited.ts';
import { auditMethods } from '#core/api/auditMethods.ts';
import { busMethods } from '#core/api/busMethods.ts';
import { feedbackMethods } from '#core/api/feedbackMethods.ts';
import { metricsMethods } from '#core/api/metricsMethods.ts';
import type { MigrationPlans } from '#core/api/migrationPlans.ts';
import { parityMethods } from '#core/api/parityMethods.ts';
import { proposalMethods } from '#core/api/proposalMethods.ts';
import { providerMethods } from '#core/api/providerMethods.ts';
import { reviewMethods } from '#core/api/reviewMethods.ts';
import { assertTrusted, type RunMethodsDeps } from '#core/api/runDeps.ts';
import { runMethods } from '#core/api/runMethods.ts';
import type { Runtimes } from '#core/api/runtimes.ts';
import { spendingMethods } from '#core/api/spending/methods.ts';
import type { Prices } from '#core/api/spending/prices.ts';
import type { RunSpending } from '#core/api/spending/spending.ts';
import { steeringMethods } from '#core/api/steeringMethods.ts';
import { storeMethods } from '#core/api/storeMethods.ts';
import type { Team } from '#core/api/team.ts';
import { thinkingMethods } from '#core/api/thinkingMethods.ts';
import { triggerMethods } from '#core/api/triggerMethods.ts';
import type { Bus } from '#core/bus/bus.ts';
import type { CompositionBase } from '#core/composition/base.ts';
import type { RunQueue } from '#core/engine/queue.ts';
import type { Models } from '#core/llm/models.ts';
import type { Proposals } from '#core/proposals/proposals.ts';
import { DEFAULT_RUNTIME } from '#core/runtimes/kinds.ts';
import type { ProbeHost } from '#core/runtimes/parity/host.ts';
import type { RunFolders } from '#core/store/care/prune.ts';
import type { Trigger } from '#core/triggers/trigger.ts';
import type { Triggers } from '#core/triggers/triggers.ts';
import type { ActingFiles } from '#core/trust/actingFiles.ts';
import type { CoreMethods, WorkspaceInfo } from '#protocol/api.ts';

interface ApiParts extends Omit<CompositionBase, 'resources'>, Pick<Team, 'agents' | 'catalogue'> {
  readonly info: Pick<WorkspaceInfo, 'version' | 'role' | 'ownerPid'>;
  readonly runFolders: RunFolders;
  readonly probeHost: ProbeHost;
  readonly acting: ActingFiles;
  readonly learned: LearnedConfidence;
  readonly queue: RunQueue;
  readonly bus: Bus;
  readonly prices: Prices;
  readonly spending: RunSpending;
  readonly models: Models;
  readonly proposals: Proposals;
  readonly steering: Steering;
  readonly runtimes: Runtimes;
  readonly runDeps: RunMethodsDeps;
  readonly ofRuns: ReturnType<typeof runMethods>;
  readonly triggers: Triggers;
  readonly allTriggers: () => Promise<readonly Trigger[]>;
  readonly plans: MigrationPlans;
}

/** One handler per method; decisions of a person leave their entry in the audit trail. */
export function composeHandlers(parts: ApiParts): CoreMethods {
  return audited({ ...teamHandlers(parts), ...runHandlers(parts), ...serviceHandlers(parts) }, parts);
}

/** The workspace, its agents and its workflows. */
function teamHandlers({ ports, store, info, agents, catalogue, learned, models, prices, steering }: ApiParts) {
  return {
    'workspace.info': async () => ({
      trusted: ports.trusted(),
      ...info,
      root: ports.files.root,
      runtime: ports.settings().runtime ?? DEFAULT_RUNTIME,
      providers: await models.available(),
    }),
    ...catalogue.methods,
    ...agentFileMethods(agents),
    ...steeringMethods({ ports, store, steering }),
    ...thinkingMethods(store),
    ...createAgentMethods({ ports, agents, learned, store, models, prices: prices.current }),
  };
}

/** Runs and what comes of them: proposals, the store they are kept in, parity, reviews. */
function runHandlers({ ports, store, changed, runtimes, runDeps, ofRuns, proposals, catalogue, runFolders, probeHost }: ApiParts) {
  return {
    ...ofRuns,
    ...proposalMethods({ ports, store, proposals }),
    ...storeMethods({
      ports,
      store,
      folders: runFolders,
      isLive: (run) => runtimes.has(run.runtime) && runtimes.get(run.runtime).live().includes(run.id),
      changed: () => ['runs' as const, 'proposals' as const].forEach(changed),
    }),
    ...parityMethods({ runtimes, store, host: probeHost, changed: () => changed('parity') }),
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
  };
}

/** What works beside the runs and on them. */
function serviceHandlers(parts: ApiParts) {
  const { ports, store, permissions, changed, acting, agents, catalogue, learned, queue, bus, prices, spending, models, proposals } = parts;
  const { triggers, allTriggers, plans } = parts;
  const { clock } = ports;
  return {
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
      grants: new Grants(permissions),
      permissions,
      approved: () => agents.load().then(() => changed('workflows')),
    }),
  };
}

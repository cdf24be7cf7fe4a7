// API methods about the team.

import type { AgentDefinition } from '#core/agents/definition.ts';
import type { LearnedConfidence } from '#core/agents/learned.ts';
import type { AgentRegistry } from '#core/agents/registry.ts';
import { agentDetail, type AgentDetailDeps } from '#core/api/agentDetail.ts';
import { agentView } from '#core/api/agentViews.ts';
import type { Store } from '#core/store/store.ts';
import type { AgentFileMethods } from '#protocol/agentFiles.ts';
import type { CoreMethods } from '#protocol/api.ts';

type AgentMethods = Pick<CoreMethods, Exclude<Extract<keyof CoreMethods, `agents.${string}`>, keyof AgentFileMethods>>;

const SCOPE = 'agents';
const DISABLED = 'disabled';

/** Ids of agents that a person has taken out of service, also of those whose file is gone for now. */
export async function loadDisabled(store: Pick<Store, 'values'>): Promise<readonly string[]> {
  const ids = await store.values.get(SCOPE, DISABLED);
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [];
}

export interface AgentMethodsDeps extends AgentDetailDeps {
  readonly agents: AgentRegistry;
  readonly learned: LearnedConfidence;
  readonly store: Store;
}

export function createAgentMethods(deps: AgentMethodsDeps): AgentMethods {
  const { agents, learned, store } = deps;
  const { breakers } = deps.models;
  const now = (agent: AgentDefinition) => ({
    capabilities: learned.capabilitiesOf(agent),
    breakers: breakers.views(agent.id),
    disabled: agents.isDisabled(agent.id),
  });
  return {
    'agents.list': async () => {
      const stats = await store.agents.statsAll();
      return agents.all.map((agent) => agentView(agent, { ...now(agent), stats: stats.get(agent.id) }));
    },
    'agents.get': async (id) => {
      const agent = agents.get(id);
      const stats = await store.agents.stats(id);
      const view = agentView(agent, { ...now(agent), stats });
      return { ...view, instructions: agent.instructions };
    },
    'agents.detail': (id) => agentDetail(deps, agents.get(id)),
    'agents.setEnabled': async ({ id, enabled }) => {
      agents.get(id);
      const disabled = new Set(await loadDisabled(store));
      if (enabled) disabled.delete(id);
      else disabled.add(id);
      await store.values.set(SCOPE, DISABLED, [...disabled].sort());
      agents.setDisabled(disabled);
    },
    'agents.resetBreakers': async (id) => {
      agents.get(id);
      breakers.reset(id);
    },
  };
}

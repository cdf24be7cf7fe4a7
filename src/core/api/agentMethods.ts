// API methods about the team.

import type { AgentRegistry } from '#core/agents/registry.ts';
import { agentView } from '#core/api/agentViews.ts';
import type { BreakerRegistry } from '#core/llm/registry.ts';
import type { Store } from '#core/store/store.ts';
import type { CoreMethods } from '#protocol/api.ts';

type AgentMethods = Pick<CoreMethods, Extract<keyof CoreMethods, `agents.${string}`>>;

const SCOPE = 'agents';
const DISABLED = 'disabled';

/** Ids of agents that a person has taken out of service, also of those whose file is gone for now. */
export async function loadDisabled(store: Pick<Store, 'values'>): Promise<readonly string[]> {
  const ids = await store.values.get(SCOPE, DISABLED);
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [];
}

export function createAgentMethods(deps: {
  readonly agents: AgentRegistry;
  readonly store: Store;
  readonly breakers: BreakerRegistry;
}): AgentMethods {
  const { agents, store, breakers } = deps;
  return {
    'agents.list': async () => {
      const stats = await store.agents.statsAll();
      return agents.all.map((agent) =>
        agentView(agent, { stats: stats.get(agent.id), breakers: breakers.views(agent.id), disabled: agents.isDisabled(agent.id) }),
      );
    },
    'agents.get': async (id) => {
      const agent = agents.get(id);
      const stats = await store.agents.stats(id);
      const view = agentView(agent, { stats, breakers: breakers.views(id), disabled: agents.isDisabled(id) });
      return { ...view, instructions: agent.instructions };
    },
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

// API methods about the team.

import type { AgentRegistry } from '#core/agents/registry.ts';
import { agentView } from '#core/api/agentViews.ts';
import type { BreakerRegistry } from '#core/llm/registry.ts';
import type { Store } from '#core/store/store.ts';
import type { CoreMethods } from '#protocol/api.ts';

type AgentMethods = Pick<CoreMethods, Extract<keyof CoreMethods, `agents.${string}`>>;

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
    'agents.resetBreakers': async (id) => {
      agents.get(id);
      breakers.reset(id);
    },
  };
}

// Agents with their health: what the store measured and what the breakers say now.

import type { AgentDefinition } from '#core/agents/definition.ts';
import type { AgentsRepository } from '#core/store/store.ts';
import type { AgentHealth, AgentView } from '#protocol/agent.ts';

type Stats = Awaited<ReturnType<AgentsRepository['stats']>>;

export function agentView(
  agent: AgentDefinition,
  options: {
    stats: Stats | undefined;
    capabilities: AgentView['capabilities'];
    breakers: AgentHealth['breakers'];
    disabled: boolean;
  },
): AgentView {
  const { id, name, role, description, specializations, tools, skills, deliverable, source, file } = agent;
  const { capabilities } = options;
  const models = { ...agent.models, prefer: agent.models.prefer.map(nameOf) };
  const shown = { id, name, role, description, specializations, capabilities, tools, skills, models, deliverable, source, file };
  return { ...shown, disabled: options.disabled, health: healthOf(options.stats, options.breakers) };
}

function nameOf({ provider, model }: AgentDefinition['models']['prefer'][number]): string {
  return provider === null ? model : `${provider}/${model}`;
}

function healthOf(stats: Stats | undefined, breakers: AgentHealth['breakers']): AgentHealth {
  const sorted = [...(stats?.durationsMs ?? [])].sort((a, b) => a - b);
  const failure = stats?.lastFailure ?? null;
  return {
    executions: stats?.executions ?? 0,
    succeeded: stats?.succeeded ?? 0,
    failed: stats?.failed ?? 0,
    p50Ms: percentile(sorted, 0.5),
    p95Ms: percentile(sorted, 0.95),
    lastError: failure?.error ? { ...failure.error, at: failure.startedAt + failure.durationMs, runId: failure.runId } : null,
    lastRunAt: stats?.last?.startedAt ?? null,
    breaker: worst(breakers),
    breakers,
  };
}

/** Nearest rank: the smallest value that at least `share` of the sample does not exceed; null without a sample. */
function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

function worst(breakers: AgentHealth['breakers']): AgentHealth['breaker'] {
  if (breakers.some((b) => b.status === 'open')) return 'open';
  return breakers.some((b) => b.status === 'half-open') ? 'half-open' : 'closed';
}

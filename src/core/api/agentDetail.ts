// One agent in depth, from what was recorded and what would be asked now.

import type { AgentDefinition } from '#core/agents/definition.ts';
import { allTools } from '#core/agents/tools/toolset.ts';
import type { Models } from '#core/llm/models.ts';
import { type ModelPrice, priceOf } from '#core/llm/pricing.ts';
import { noWishes, wishesOf } from '#core/llm/router.ts';
import type { HostPorts } from '#core/ports.ts';
import type { Store } from '#core/store/store.ts';
import type { AgentDetail, AgentModel } from '#protocol/agentDetail.ts';

const SLOT_MS = 30 * 60_000;
const SLOTS = 48;

export interface AgentDetailDeps {
  readonly ports: Pick<HostPorts, 'clock'>;
  readonly store: Pick<Store, 'agents' | 'audit'>;
  readonly models: Pick<Models, 'plan' | 'health' | 'breakers'>;
  readonly prices: () => readonly ModelPrice[];
}

export async function agentDetail(deps: AgentDetailDeps, agent: AgentDefinition): Promise<AgentDetail> {
  const { ports, store, models } = deps;
  await models.health.load();
  const since = (Math.floor(ports.clock.now() / SLOT_MS) - SLOTS + 1) * SLOT_MS;
  const plan = await models.plan(wishesOf(noWishes, agent.models));
  const [slots, trail] = await Promise.all([
    store.agents.slots(agent.id, { since, slotMs: SLOT_MS }),
    store.audit.page({ action: 'breaker.open', since, limit: 1_000 }),
  ]);
  const openings = trail.entries.flatMap(({ at, target, data }) => {
    const { agents, openUntil } = data as { readonly agents?: readonly string[]; readonly openUntil?: number | null };
    return agents?.includes(agent.id) === true ? [{ at, model: target, untilAt: openUntil ?? null }] : [];
  });
  return {
    id: agent.id,
    day: Array.from({ length: SLOTS }, (_, slot) => {
      const at = since + slot * SLOT_MS;
      const { succeeded = 0, failed = 0 } = slots.get(slot) ?? {};
      return { at, succeeded, failed, opened: openings.filter((one) => one.at >= at && one.at < at + SLOT_MS).length };
    }),
    openings,
    tools: allTools.filter(({ id }) => agent.tools.includes(id)).map(({ id, description, risk }) => ({ id, description, risk })),
    models: plan.candidates.map((candidate) => modelOf(candidate, deps)),
    unavailable: plan.dropped.map(({ provider, model, reason }) => ({ provider, model, reason })),
    limits: agent.limits,
  };
}

function modelOf(
  { provider, model, reason }: { readonly provider: string; readonly model: string; readonly reason: string },
  { models, prices }: AgentDetailDeps,
): AgentModel {
  const known = models.health.all().filter((one) => one.provider === provider && one.model === model);
  const price = priceOf(prices(), { provider, model });
  const statuses = known.map((one) => models.breakers.statusOf(one));
  return {
    provider,
    model,
    reason,
    breaker: statuses.find((status) => status === 'open') ?? statuses.find((status) => status === 'half-open') ?? 'closed',
    p50Ms: known.find(({ p50Ms }) => p50Ms !== null)?.p50Ms ?? null,
    price: price === undefined ? null : { input: price.inputUsdPerMTok, output: price.outputUsdPerMTok },
  };
}

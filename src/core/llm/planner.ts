// What the router decides by, gathered for one call: keys, sizes, prices, how each has been doing.

import type { HealthBoard } from '#core/llm/healthBoard.ts';
import type { Candidate } from '#core/llm/candidate.ts';
import type { ModelPrice } from '#core/llm/pricing.ts';
import { priceOf } from '#core/llm/pricing.ts';
import type { ModelProvider } from '#core/llm/provider.ts';
import type { CallNeeds, CandidateFigures, RoutePolicy } from '#core/llm/routeOrder.ts';
import { type ModelPreference, type ModelWishes, planRoute, type RoutePlan } from '#core/llm/router.ts';

export interface PlannerPorts {
  readonly providers: readonly ModelProvider[];
  readonly prices: () => readonly ModelPrice[];
  readonly health: HealthBoard;
  readonly policy: () => RoutePolicy;
  /** The workspace's preferences, best first. */
  readonly preferred: () => readonly ModelPreference[];
}

/** Sizes and tools do not matter: to learn what may be asked at all. */
const NO_NEEDS: CallNeeds = { tools: false, images: false, contextTokens: 0 };

const NO_FIGURES = { p50Ms: null, errorRate: null };

export async function planCall(wishes: ModelWishes, ports: PlannerPorts, needs: CallNeeds = NO_NEEDS): Promise<RoutePlan> {
  const { providers } = ports;
  const policy = ports.policy();
  const measured = policy === 'priority' ? (wishes.traits?.policy ?? policy) : policy;
  const states = await Promise.all(
    providers.map(async (provider) => ({
      id: provider.id,
      defaultModel: provider.defaultModel,
      missing: provider.missing,
      available: await provider.available(),
      credential: (await provider.credentials())[0]?.id ?? '',
    })),
  );
  const figures = ({ provider: id, model }: Candidate): CandidateFigures => {
    const sizes = providers.find((provider) => provider.id === id)?.sizes(model);
    const credential = states.find((state) => state.id === id)?.credential ?? '';
    const window = ports.health.of({ provider: id, model, credential });
    // Sorting the calls of fifty models takes longer than all the rest: only where the order depends on it.
    const { p50Ms, errorRate } = measured === 'latency' || measured === 'health' ? window.figures() : NO_FIGURES;
    return {
      tools: sizes?.tools ?? true,
      images: sizes?.images ?? false,
      contextTokens: sizes?.contextTokens ?? 0,
      reasoning: sizes?.reasoning ?? false,
      usdPerMTok: blended(priceOf(ports.prices(), { provider: id, model })),
      p50Ms,
      errorRate,
      setAside: window.setAside,
    };
  };
  return planRoute({ ...wishes, workspace: ports.preferred() }, states, {
    policy,
    needs,
    figures,
    ...(wishes.traits && { traits: wishes.traits }),
  });
}

function blended(price: ModelPrice | undefined): number | null {
  return price === undefined ? null : (price.inputUsdPerMTok * 3 + price.outputUsdPerMTok) / 4;
}

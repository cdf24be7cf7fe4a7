// Which provider and model a call goes to, in which order, and why. The full router (cost, latency, quotas) builds on this.

/** What a step and its agent ask for. */
export interface ModelWishes {
  readonly provider: string | null;
  readonly model: string | null;
  /** The agent's preferences, best first. */
  readonly preferred: readonly { readonly provider: string | null; readonly model: string }[];
}

export const noWishes: ModelWishes = { provider: null, model: null, preferred: [] };

export interface ProviderState {
  readonly id: string;
  readonly defaultModel: string;
  readonly available: boolean;
}

export interface Candidate {
  readonly provider: string;
  readonly model: string;
  readonly reason: string;
}

export interface RoutePlan {
  readonly candidates: readonly Candidate[];
  /** What was wished for and cannot be had. */
  readonly dropped: readonly Candidate[];
}

/** What was tried for one call, in order; the last one answered. Kept with the run. */
export interface RouteDecision {
  readonly provider: string;
  readonly model: string;
  readonly reason: string;
  readonly passedOver: readonly Candidate[];
}

/** The step's wish first, then the agent's, then every provider with its own default, in the order given. Pure. */
export function planRoute(wishes: ModelWishes, providers: readonly ProviderState[]): RoutePlan {
  const all = [...stepWish(wishes, providers), ...agentWishes(wishes, providers), ...defaults(providers)];
  const seen = new Set<string>();
  const unique = all.filter(({ provider, model }) => !seen.has(`${provider}\n${model}`) && seen.add(`${provider}\n${model}`));
  const usable = new Set(providers.filter((provider) => provider.available).map((provider) => provider.id));
  const wished = unique.filter((candidate) => !usable.has(candidate.provider) && candidate.reason !== 'next available');
  return {
    candidates: unique.filter((candidate) => usable.has(candidate.provider)),
    dropped: wished.map((candidate) => ({ ...candidate, reason: `${candidate.reason}, but ${candidate.provider} has no key` })),
  };
}

function stepWish(wishes: ModelWishes, providers: readonly ProviderState[]): readonly Candidate[] {
  if (wishes.provider === null && wishes.model === null) return [];
  const provider = wishes.provider ?? vendorOf(wishes.model ?? '', providers);
  if (provider === null) return [];
  const model = wishes.model ?? providers.find(({ id }) => id === provider)?.defaultModel ?? '';
  return [{ provider, model, reason: 'named by the step' }];
}

function agentWishes(wishes: ModelWishes, providers: readonly ProviderState[]): readonly Candidate[] {
  return wishes.preferred.flatMap(({ provider, model }) => {
    const id = provider ?? vendorOf(model, providers);
    return id === null ? [] : [{ provider: id, model, reason: 'preferred by the agent' }];
  });
}

function defaults(providers: readonly ProviderState[]): readonly Candidate[] {
  return providers.map(({ id, defaultModel }) => ({ provider: id, model: defaultModel, reason: 'next available' }));
}

/** Vendors' model names begin in their own ways; an unknown name goes to nobody rather than to the wrong vendor. */
function vendorOf(model: string, providers: readonly ProviderState[]): string | null {
  const id = /^claude/i.test(model) ? 'anthropic' : /^(gpt|chatgpt|o\d)/i.test(model) ? 'openai' : null;
  return providers.some((provider) => provider.id === id) ? id : null;
}

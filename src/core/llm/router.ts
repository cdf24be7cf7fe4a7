// Which provider and model a call goes to, in which order, and why. The order among those nobody named is in routeOrder.ts.

import type { Candidate } from '#core/llm/candidate.ts';
import type { ModelTraits } from '#core/llm/modelTraits.ts';
import { NAMED, orderCandidates, type OrderOptions, UNNAMED } from '#core/llm/routeOrder.ts';

/** What a step and its agent ask for. */
export interface ModelWishes {
  readonly provider: string | null;
  readonly model: string | null;
  /** The agent's preferences, best first. */
  readonly preferred: readonly ModelPreference[];
  /** What the agent wishes of any model. Default: nothing. */
  readonly traits?: ModelTraits;
  /** The workspace's preferences, best first. */
  readonly workspace?: readonly ModelPreference[];
}

export interface ModelPreference {
  readonly provider: string | null;
  readonly model: string;
}

export const noWishes: ModelWishes = { provider: null, model: null, preferred: [] };

/** Of one call: what its step names, and what its agent wishes. */
export function wishesOf(
  step: Pick<ModelWishes, 'provider' | 'model'>,
  { prefer, ...traits }: ModelTraits & { readonly prefer: readonly ModelPreference[] },
): ModelWishes {
  return { provider: step.provider, model: step.model, preferred: prefer, traits };
}

/** `provider/model`, or a model alone whose vendor its name tells. */
export function preferenceOf(word: string): ModelPreference {
  const at = word.indexOf('/');
  return at === -1 ? { provider: null, model: word } : { provider: word.slice(0, at), model: word.slice(at + 1) };
}

export interface ProviderState {
  readonly id: string;
  readonly defaultModel: string;
  readonly available: boolean;
  /** As `ModelProvider.missing`. */
  readonly missing: string;
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

/**
 * The step's wish first, then the agent's, then the workspace's, then every provider with its own default, in the order given;
 * `order` says what is left out and what goes first of those the step did not name. Pure.
 */
export function planRoute(wishes: ModelWishes, providers: readonly ProviderState[], order?: OrderOptions): RoutePlan {
  const all = [
    ...stepWish(wishes, providers),
    ...preferences(wishes.preferred, 'preferred by the agent', providers),
    ...preferences(wishes.workspace ?? [], 'preferred by the workspace', providers),
    ...defaults(providers),
  ];
  const seen = new Set<string>();
  const unique = all.filter(({ provider, model }) => !seen.has(`${provider}\n${model}`) && seen.add(`${provider}\n${model}`));
  const usable = new Set(providers.filter((provider) => provider.available).map((provider) => provider.id));
  const wished = unique.filter((candidate) => !usable.has(candidate.provider) && candidate.reason !== UNNAMED);
  const dropped = wished.map((candidate) => ({
    ...candidate,
    reason: `${candidate.reason}, but ${lackOf(candidate.provider, providers)}`,
  }));
  const candidates = unique.filter((candidate) => usable.has(candidate.provider));
  if (order === undefined) return { candidates, dropped };
  const ordered = orderCandidates(candidates, order);
  return { candidates: ordered.candidates, dropped: [...dropped, ...ordered.unfit] };
}

/** A process may not have all providers: the command line has none of the editor's. */
function lackOf(id: string, providers: readonly ProviderState[]): string {
  const provider = providers.find((one) => one.id === id);
  return provider === undefined ? `there is no provider ${id} here` : `${id} has ${provider.missing}`;
}

function stepWish(wishes: ModelWishes, providers: readonly ProviderState[]): readonly Candidate[] {
  if (wishes.provider === null && wishes.model === null) return [];
  const provider = wishes.provider ?? vendorOf(wishes.model ?? '', providers);
  if (provider === null) return [];
  const model = wishes.model ?? providers.find(({ id }) => id === provider)?.defaultModel ?? '';
  return [{ provider, model, reason: NAMED }];
}

function preferences(wished: readonly ModelPreference[], reason: string, providers: readonly ProviderState[]): readonly Candidate[] {
  return wished.flatMap(({ provider, model }) => {
    const id = provider ?? vendorOf(model, providers);
    return id === null ? [] : [{ provider: id, model, reason }];
  });
}

function defaults(providers: readonly ProviderState[]): readonly Candidate[] {
  return providers.map(({ id, defaultModel }) => ({ provider: id, model: defaultModel, reason: UNNAMED }));
}

const VENDORS: readonly (readonly [names: RegExp, provider: string])[] = [
  [/^claude/i, 'anthropic'],
  [/^(gpt|chatgpt|o\d)/i, 'openai'],
  [/^gemini/i, 'gemini'],
];

/** Vendors' model names begin in their own ways; an unknown name goes to nobody rather than to the wrong vendor. */
function vendorOf(model: string, providers: readonly ProviderState[]): string | null {
  const id = VENDORS.find(([names]) => names.test(model))?.[1];
  return providers.find((provider) => provider.id === id)?.id ?? null;
}

// What agents of other assistants say about their model, as wishes that hold for any vendor.

import type { AgentModels } from '#core/agents/definition.ts';
import { type ModelTraits, noTraits, type ReasoningEffort, reasoningEfforts } from '#core/llm/modelTraits.ts';

export interface MappedModel {
  readonly models: AgentModels;
  /** As they stand in the file. */
  readonly unmapped: readonly string[];
}

/** Names of tiers rather than of models; the assistant they come from has one model for each. */
const TIERS: { readonly [name: string]: Partial<ModelTraits> } = {
  inherit: {},
  haiku: { policy: 'latency', reasoning: 'low' },
  sonnet: { reasoning: 'medium' },
  opus: { reasoning: 'high' },
};

/** Ids of vendors: only these name a model of ours. A display name (`GPT-5 (copilot)`) does not. */
const ID = /^(claude|gpt|o\d|gemini)-[\w.-]+$/;

/** `effort`: how much it shall think, where the file says so; beyond `high` there is nothing here. */
export function mapModel(names: readonly string[], effort: string | null = null): MappedModel {
  const tiers = names.flatMap((name) => (Object.hasOwn(TIERS, name) ? [TIERS[name]] : []));
  const ids = names.filter((name) => ID.test(name));
  const reasoning = effortOf(effort) ?? tiers[0]?.reasoning ?? null;
  return {
    models: { ...noTraits, ...tiers[0], reasoning, prefer: ids.map((model) => ({ provider: null, model })) },
    unmapped: names.filter((name) => !Object.hasOwn(TIERS, name) && !ids.includes(name)),
  };
}

function effortOf(effort: string | null): ReasoningEffort | null {
  if (effort === 'xhigh' || effort === 'max') return 'high';
  return reasoningEfforts.find((one) => one === effort) ?? null;
}

// The models as the agents see them: one call in, one whole answer out. Routing, breakers, retries and billing are in here.

import { type Disposable } from '#base/disposable.ts';
import type { Clock } from '#base/clock.ts';
import { toErrorView } from '#base/errors.ts';
import type { IdSource } from '#base/ids.ts';
import { addUsage, type Usage } from '#protocol/usage.ts';
import type { HostSettings, Log, Secrets } from '#core/ports.ts';
import { type AttemptPorts, runAttempt } from '#core/llm/attempt.ts';
import type { BreakerOptions } from '#core/llm/breaker.ts';
import type { ModelAnswer, ModelCall, ModelHooks } from '#core/llm/modelCall.ts';
import { noProviderError, withDetails } from '#core/llm/errors.ts';
import { worthFailover } from '#core/llm/outcome.ts';
import type { ModelPrice } from '#core/llm/pricing.ts';
import type { ModelProvider, ModelSizes } from '#core/llm/provider.ts';
import { createAnthropic } from '#core/llm/providers/anthropic.ts';
import { createOpenai } from '#core/llm/providers/openai.ts';
import { BreakerRegistry, type HealthPersistence } from '#core/llm/registry.ts';
import { defaultRetryOptions, RetryBudget, type RetryOptions, withRetry } from '#core/llm/retry.ts';
import { type Candidate, type ModelWishes, planRoute } from '#core/llm/router.ts';
import { defaultStreamLimits, type StreamLimits } from '#core/llm/timeouts.ts';

/** A rate limit that is over sooner than this (ms) is waited out; a longer one sends the call elsewhere. */
const PATIENCE_MS = 10_000;

export interface Models extends Disposable {
  /** Providers with a key, by id, in order of preference. Calls nobody. */
  available(): Promise<readonly string[]>;
  /** What fits every model this call may go to, failover included. */
  sizes(wishes: ModelWishes): Promise<ModelSizes>;
  readonly breakers: BreakerRegistry;
  /**
   * One whole answer. Throws `llm.noProvider`, the last `llm.*` error (its details carry `usage`: Usage[] of failed attempts)
   * or an AbortError. A refusal throws `llm.refused`.
   */
  complete(call: ModelCall, hooks: ModelHooks, options: { readonly signal: AbortSignal }): Promise<ModelAnswer>;
}

export interface ModelsPorts {
  readonly secrets: Secrets;
  readonly settings: () => HostSettings;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Log;
  readonly persistence: HealthPersistence;
  /** A place at a provider, for one call at a time of it. Default: as many as come. */
  readonly enter?: (provider: string, options: { readonly signal: AbortSignal }) => Promise<Disposable>;
  /** Default: none, so every cost is unknown. */
  readonly prices?: readonly ModelPrice[];
  readonly limits?: StreamLimits;
  readonly retry?: RetryOptions;
  readonly breaker?: BreakerOptions;
}

export function createModels(ports: ModelsPorts): Models {
  const limits = ports.limits ?? defaultStreamLimits;
  const vendorPorts = { secrets: ports.secrets, settings: ports.settings, clock: ports.clock, limits };
  const providers = [createAnthropic(vendorPorts), createOpenai(vendorPorts)];
  const breakers = new BreakerRegistry({ clock: ports.clock, log: ports.log, persistence: ports.persistence, options: ports.breaker });
  const budget = new RetryBudget();

  async function plan(wishes: ModelWishes): Promise<ReturnType<typeof planRoute>> {
    const states = providers.map(async (provider) => ({
      id: provider.id,
      defaultModel: provider.defaultModel,
      available: await provider.available(),
    }));
    return planRoute(wishes, await Promise.all(states));
  }

  function attemptPorts(signal: AbortSignal, hooks: ModelHooks): AttemptPorts {
    return { clock: ports.clock, random: () => ports.ids.random(), prices: ports.prices ?? [], signal, hooks };
  }

  async function tryCandidate(candidate: Candidate, call: ModelCall, context: CallContext): Promise<Omit<ModelAnswer, 'route' | 'usage'>> {
    const { provider, guard } = await context.guardOf(candidate);
    const inner = attemptPorts(context.signal, context.hooks);
    const attempt = async (): ReturnType<typeof runAttempt> => {
      const place = await ports.enter?.(provider.id, { signal: context.signal });
      try {
        return await runAttempt({ provider, guard, model: candidate.model, call, bill: context.bill }, inner);
      } finally {
        place?.dispose();
      }
    };
    return withRetry(attempt, {
      options: ports.retry ?? defaultRetryOptions,
      budget,
      clock: ports.clock,
      random: inner.random,
      signal: context.signal,
      onRetry: (error) => context.hooks.onRestart?.({ ...candidate, error: toErrorView(error) }),
    });
  }

  return {
    breakers,
    async available() {
      const states = await Promise.all(providers.map(async (provider) => ((await provider.available()) ? [provider.id] : [])));
      return states.flat();
    },
    async sizes(wishes) {
      const { candidates } = await plan(wishes);
      const all = candidates.flatMap(({ provider, model }) => providers.find(({ id }) => id === provider)?.sizes(model) ?? []);
      if (all.length === 0) throw noProviderError([]);
      return {
        contextTokens: Math.min(...all.map((sizes) => sizes.contextTokens)),
        maxOutputTokens: Math.min(...all.map((sizes) => sizes.maxOutputTokens)),
      };
    },
    async complete(call, hooks, { signal }) {
      await breakers.load();
      const { candidates, dropped } = await plan(call.wishes);
      if (candidates.length === 0) throw noProviderError([]);
      const context = new CallContext({ providers, breakers, agent: call.agent, hooks, signal });
      try {
        return await firstAnswer(candidates, dropped, context, (candidate) => tryCandidate(candidate, call, context));
      } catch (thrown) {
        throw withDetails(thrown, { usage: addUsage(context.bill) });
      }
    },
    dispose: () => breakers.dispose(),
  };
}

/** What belongs to one call of `complete`: its bill, its hooks, and the way to a candidate's guard. */
class CallContext {
  readonly bill: Usage[] = [];
  readonly hooks: ModelHooks;
  readonly signal: AbortSignal;
  readonly #from: { providers: readonly ModelProvider[]; breakers: BreakerRegistry; agent: string };

  constructor(from: {
    providers: readonly ModelProvider[];
    breakers: BreakerRegistry;
    agent: string;
    hooks: ModelHooks;
    signal: AbortSignal;
  }) {
    this.#from = from;
    this.hooks = from.hooks;
    this.signal = from.signal;
  }

  async guardOf(candidate: Candidate): Promise<{ provider: ModelProvider; guard: ReturnType<BreakerRegistry['forCall']> }> {
    const provider = this.#from.providers.find(({ id }) => id === candidate.provider);
    if (provider === undefined) throw noProviderError([`${candidate.provider} is not a known provider`]);
    const credential = (await provider.credential()) ?? '';
    const guard = this.#from.breakers.forCall({ agent: this.#from.agent, provider: provider.id, model: candidate.model, credential });
    return { provider, guard };
  }

  /** Why this candidate is passed over; null when it can be called. On the `last` one a rate limit is waited out. */
  async obstacle(candidate: Candidate, last: boolean): Promise<string | null> {
    const { guard } = await this.guardOf(candidate);
    const slow = !last && guard.waitMs > PATIENCE_MS;
    return guard.refusal ?? (slow ? `its rate limit lasts ${Math.ceil(guard.waitMs / 1000)} s more` : null);
  }
}

/** Goes down the list: past what cannot be called now, and past what fails in a way that another provider may not. */
async function firstAnswer(
  candidates: readonly Candidate[],
  dropped: readonly Candidate[],
  context: CallContext,
  attempt: (candidate: Candidate) => Promise<Omit<ModelAnswer, 'route' | 'usage'>>,
): Promise<ModelAnswer> {
  const passedOver = [...dropped];
  let failure: unknown;
  for (const [at, candidate] of candidates.entries()) {
    const last = at === candidates.length - 1;
    const obstacle = await context.obstacle(candidate, last);
    // With nothing tried and nothing left the call is made all the same: its guard throws what is in the way.
    if (obstacle !== null && (!last || failure !== undefined)) {
      passedOver.push({ ...candidate, reason: obstacle });
      continue;
    }
    try {
      const answer = await attempt(candidate);
      const route = { provider: candidate.provider, model: candidate.model, reason: candidate.reason, passedOver };
      return { ...answer, usage: addUsage(context.bill), route };
    } catch (thrown) {
      if (!worthFailover(thrown)) throw thrown;
      failure = thrown;
      const error = toErrorView(thrown);
      passedOver.push({ ...candidate, reason: error.message });
      if (!last) context.hooks.onRestart?.({ ...candidate, error });
    }
  }
  throw failure;
}

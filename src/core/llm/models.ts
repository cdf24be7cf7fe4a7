// The models as the agents see them: one call in, one whole answer out. Routing, breakers, retries and billing are in here.

import { type Disposable } from '#base/disposable.ts';
import type { Clock } from '#base/clock.ts';
import { toErrorView } from '#base/errors.ts';
import type { IdSource } from '#base/ids.ts';
import { addUsage, type Usage } from '#protocol/usage.ts';
import type { HostSettings, Log, Secrets } from '#core/ports.ts';
import { type AttemptPorts, runAttempt } from '#core/llm/attempt.ts';
import { Breaker, type BreakerOptions, defaultBreakerOptions } from '#core/llm/breaker.ts';
import { CallGuard } from '#core/llm/callGuard.ts';
import { RateGate } from '#core/llm/rateGate.ts';
import type { ModelAnswer, ModelCall, ModelHooks } from '#core/llm/modelCall.ts';
import { noProviderError, withDetails } from '#core/llm/errors.ts';
import { IMAGE_TOKENS, withoutImages } from '#core/llm/images.ts';
import { AnswerCache } from '#core/llm/answerCache.ts';
import { boundOf } from '#core/llm/budget/amount.ts';
import type { Candidate } from '#core/llm/candidate.ts';
import { type CallContext, firstAnswer, guardOf, providerOf, type Target, targetsOf } from '#core/llm/failover.ts';
import { HealthBoard } from '#core/llm/healthBoard.ts';
import type { KeyUseListener } from '#core/llm/keyUse.ts';
import { liveBreakerOptions, liveStreamLimits } from '#core/llm/liveOptions.ts';
import { planCall, type PlannerPorts } from '#core/llm/planner.ts';
import type { ModelPrice } from '#core/llm/pricing.ts';
import type { ModelProvider, ModelSizes } from '#core/llm/provider.ts';
import { type AllProvidersPorts, createProviders } from '#core/llm/providers/all.ts';
import { BreakerRegistry, type HealthPersistence } from '#core/llm/registry.ts';
import { defaultRetryOptions, RetryBudget, type RetryOptions, withRetry } from '#core/llm/retry.ts';
import type { CallNeeds } from '#core/llm/routeOrder.ts';
import { type ModelWishes, noWishes, preferenceOf, type RoutePlan } from '#core/llm/router.ts';
import type { StreamLimits } from '#core/llm/timeouts.ts';

export interface Models extends Disposable {
  /** Providers with a key, by id, in order of preference. Calls nobody. */
  available(): Promise<readonly string[]>;
  /** Which models a call would go to, in order, and what is left out. Calls nobody. */
  plan(wishes: ModelWishes): Promise<RoutePlan>;
  /** True when this model takes images. */
  sees(at: Pick<Candidate, 'provider' | 'model'>): boolean;
  /** What fits every model this call may go to, failover included; of the windows, those as large as the agent wishes where there are any. */
  sizes(wishes: ModelWishes): Promise<ModelSizes>;
  readonly breakers: BreakerRegistry;
  readonly health: HealthBoard;
  /** All there are, those without a key too, in order of preference. */
  readonly providers: readonly ModelProvider[];
  /**
   * One whole answer. Throws `llm.noProvider`, the last `llm.*` error (its details carry `usage`: Usage[] of failed attempts)
   * or an AbortError. A refusal throws `llm.refused`.
   */
  complete(call: ModelCall, hooks: ModelHooks, options: { readonly signal: AbortSignal }): Promise<ModelAnswer>;
  /**
   * One tiny call to this very model, whatever its breaker says; nothing is retried. Resolves with what it used. Throws an `llm.*`
   * error or an AbortError.
   */
  probe(
    target: { readonly provider: string; readonly model: string; readonly maxOutputTokens: number },
    options: { readonly signal: AbortSignal },
  ): Promise<readonly Usage[]>;
}

const PROBE: Omit<ModelCall, 'maxOutputTokens'> = {
  agent: '',
  wishes: noWishes,
  system: 'You are being tested for reachability.',
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Answer with: ok' }] }],
  tools: [],
  toolChoice: 'auto',
  temperature: null,
};

export interface ModelsPorts extends Pick<AllProvidersPorts, 'extraProviders' | 'recorder'> {
  readonly secrets: Secrets;
  readonly settings: () => HostSettings;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Log;
  readonly persistence: HealthPersistence;
  /** Told of each use of a key. Default: nobody. */
  readonly onKeyUse?: KeyUseListener;
  /** A place at a provider, for one call at a time of it. Default: as many as come. */
  readonly enter?: (provider: string, options: { readonly signal: AbortSignal }) => Promise<Disposable>;
  /** Where figures of calls live between two starts. Default: nowhere. */
  readonly healthPersistence?: HealthPersistence;
  /** Asked for each call. Default: none, so every cost is unknown. */
  readonly prices?: () => readonly ModelPrice[];
  /** Answers to take again for accounts that want it. Default: none. */
  readonly answers?: ConstructorParameters<typeof AnswerCache>[0];
  readonly limits?: StreamLimits;
  readonly retry?: RetryOptions;
  readonly breaker?: BreakerOptions;
}

export function createModels(ports: ModelsPorts): Models {
  const limits = ports.limits ?? liveStreamLimits(ports.settings);
  const vendorPorts = { secrets: ports.secrets, settings: ports.settings, clock: ports.clock, limits };
  const { extraProviders, recorder } = ports;
  const providers = createProviders({ ...vendorPorts, extraProviders, recorder });
  const breakers = new BreakerRegistry({
    clock: ports.clock,
    log: ports.log,
    persistence: ports.persistence,
    options: ports.breaker ?? liveBreakerOptions(ports.settings),
  });
  const budget = new RetryBudget();

  const prices = ports.prices ?? (() => []);
  const health = new HealthBoard({ clock: ports.clock, log: ports.log, persistence: ports.healthPersistence });
  const cache = ports.answers && new AnswerCache(ports.answers);
  const planner: PlannerPorts = {
    providers,
    prices,
    health,
    policy: () => ports.settings().modelPolicy ?? 'priority',
    preferred: () => (ports.settings().models ?? []).map(preferenceOf),
  };

  function attemptPorts(signal: AbortSignal, hooks: ModelHooks): AttemptPorts {
    return { clock: ports.clock, random: () => ports.ids.random(), prices: prices(), signal, hooks };
  }

  const sizesOf = (at: Pick<Candidate, 'provider' | 'model'>): ModelSizes | undefined =>
    providers.find(({ id }) => id === at.provider)?.sizes(at.model);
  const sees = (at: Pick<Candidate, 'provider' | 'model'>): boolean => sizesOf(at)?.images === true;

  /** As this model takes it: an image it cannot see is told in words, and it is not told how much to think where it cannot be. */
  function fitted(call: ModelCall, at: Candidate): ModelCall {
    const reasoning = sizesOf(at)?.reasoning === true ? call.wishes.traits?.reasoning : null;
    return { ...call, ...(!sees(at) && { messages: withoutImages(call.messages) }), ...(reasoning && { reasoning }) };
  }

  async function tryTarget(target: Target, call: ModelCall, context: CallContext): Promise<Omit<ModelAnswer, 'route' | 'usage'>> {
    const { candidate, provider, credential } = target;
    const guard = guardOf(target, context);
    const window = health.of({ provider: provider.id, model: candidate.model, credential: credential.id });
    const inner = attemptPorts(context.signal, context.hooks);
    const asked = fitted(call, candidate);
    const attempt = async (): ReturnType<typeof runAttempt> => {
      const { provider: id, model } = candidate;
      const bound = boundOf(asked, candidate, inner.prices);
      const reserved = await call.account?.reserve({ provider: id, model, bound }, { signal: context.signal });
      const billed = context.bill.length;
      let place: Disposable | undefined;
      try {
        place = await ports.enter?.(id, { signal: context.signal });
        return await runAttempt(
          {
            provider,
            guard,
            model,
            credential,
            call: asked,
            bill: context.bill,
            health: window,
            onKeyUse: ports.onKeyUse,
            billSilent: context.hedgeAfterMs !== null,
          },
          inner,
        );
      } finally {
        place?.dispose();
        health.touch();
        await reserved?.settle(context.bill.slice(billed));
      }
    };
    return withRetry(attempt, {
      options: ports.retry ?? defaultRetryOptions,
      budget,
      clock: ports.clock,
      random: inner.random,
      signal: context.signal,
      onRetry: (error, waitMs) => context.hooks.onRestart?.({ ...candidate, error: toErrorView(error), waitMs }),
    });
  }

  async function ask(call: ModelCall, candidates: readonly Candidate[], passedOver: readonly Candidate[], context: CallContext) {
    const known = call.account?.cache === true ? await cache?.find(call, candidates) : undefined;
    if (known) {
      const { provider, model } = known;
      const route = { provider, model, reason: 'answered from the cache', passedOver: [] };
      return { ...known, usage: [], route, cached: true } satisfies ModelAnswer;
    }
    const targets = await targetsOf(candidates, providers);
    const answer = await firstAnswer(targets, passedOver, context, (target, own) => tryTarget(target, call, own));
    if (call.account?.cache === true) await cache?.keep(call, answer, ports.clock.now());
    return answer;
  }

  return {
    breakers,
    health,
    providers,
    sees,
    async available() {
      const states = await Promise.all(providers.map(async (provider) => ((await provider.available()) ? [provider.id] : [])));
      return states.flat();
    },
    plan: (wishes) => planCall(wishes, planner),
    async sizes(wishes) {
      const { candidates } = await planCall(wishes, planner);
      const all = candidates.flatMap((candidate) => sizesOf(candidate) ?? []);
      if (all.length === 0) throw noProviderError([]);
      const wished = wishes.traits?.contextTokens ?? 0;
      const large = all.filter((sizes) => sizes.contextTokens >= wished);
      return {
        contextTokens: Math.min(...(large.length > 0 ? large : all).map((sizes) => sizes.contextTokens)),
        maxOutputTokens: Math.min(...all.map((sizes) => sizes.maxOutputTokens)),
      };
    },
    async complete(call, hooks, { signal }) {
      await Promise.all([breakers.load(), health.load()]);
      const { candidates, dropped } = await planCall(call.wishes, planner, needsOf(call));
      if (candidates.length === 0) throw noProviderError([]);
      const hedgeAfterMs = ports.settings().hedgeAfterMs ?? null;
      const context: CallContext = { breakers, agent: call.agent, bill: [], hooks, signal, clock: ports.clock, hedgeAfterMs };
      try {
        return await ask(call, candidates, dropped, context);
      } catch (thrown) {
        throw withDetails(thrown, { usage: addUsage(context.bill) });
      }
    },
    async probe({ provider: id, model, maxOutputTokens }, { signal }) {
      const provider = providerOf(id, providers);
      const [credential = { id: '', secret: null }] = await provider.credentials();
      const key = { provider: id, model, credential: credential.id };
      const [breaker, gate] = [
        { options: defaultBreakerOptions, clock: ports.clock, onChange() {} },
        { clock: ports.clock, onChange() {} },
      ];
      const guard = new CallGuard({ ...key, agent: '' }, new Breaker(breaker), new RateGate(gate), ports.clock);
      const bill: Usage[] = [];
      const window = health.of(key);
      try {
        const call = { ...PROBE, maxOutputTokens };
        const { onKeyUse } = ports;
        await runAttempt({ provider, guard, model, credential, call, bill, health: window, onKeyUse }, attemptPorts(signal, {}));
        return bill;
      } catch (thrown) {
        throw withDetails(thrown, { usage: addUsage(bill) });
      } finally {
        health.touch();
      }
    },
    dispose: () => breakers.dispose(),
  };
}

/** About four characters a token; exact counts are the vendor's. */
const CHARACTERS_PER_TOKEN = 4;

function needsOf({ system, messages, tools, maxOutputTokens }: ModelCall): CallNeeds {
  const images = messages.flatMap(({ parts }) => parts.filter(({ kind }) => kind === 'image')).length;
  const characters = system.length + JSON.stringify(withoutImages(messages)).length + JSON.stringify(tools).length;
  const contextTokens = Math.ceil(characters / CHARACTERS_PER_TOKEN) + images * IMAGE_TOKENS + maxOutputTokens;
  return { tools: tools.length > 0, images: images > 0, contextTokens };
}

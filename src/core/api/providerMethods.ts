// API methods about the providers of language models.

import { AppError, isAbort, toErrorView } from '#base/errors.ts';
import type { Clock } from '#base/clock.ts';
import type { Models } from '#core/llm/models.ts';
import { type ModelPrice, priceOf } from '#core/llm/pricing.ts';
import type { ModelProvider } from '#core/llm/provider.ts';
import { billedFor } from '#core/llm/usage.ts';
import type { CoreMethods } from '#protocol/api.ts';
import type { ProviderHealth, ProviderTest, ProviderView } from '#protocol/provider.ts';
import { addUsage } from '#protocol/usage.ts';

type ProviderMethods = Pick<CoreMethods, Extract<keyof CoreMethods, `providers.${string}`>>;

const TEST_OUTPUT_TOKENS = 16;
const TEST_TIMEOUT_MS = 30_000;

const noProvider = (id: string, known: readonly string[]): AppError =>
  new AppError({ code: 'provider.notFound', message: `There is no provider ${id}. There are: ${known.join(', ')}.` });

export function providerMethods(deps: {
  readonly models: Models;
  readonly prices: () => readonly ModelPrice[];
  readonly clock: Clock;
  /** Throws where nothing may run. */
  readonly assertTrusted: () => void;
}): ProviderMethods {
  const { models } = deps;
  return {
    'providers.list': async () => {
      await models.health.load();
      return Promise.all(models.providers.map((provider) => viewOf(provider, deps)));
    },
    'providers.test': async ({ provider: id, model }) => {
      deps.assertTrusted();
      const provider = models.providers.find((one) => one.id === id);
      if (provider === undefined)
        throw noProvider(
          id,
          models.providers.map((one) => one.id),
        );
      return test(provider.id, model ?? provider.defaultModel, deps);
    },
  };
}

async function viewOf(
  provider: ModelProvider,
  { models, prices }: { readonly models: Models; readonly prices: () => readonly ModelPrice[] },
): Promise<ProviderView> {
  const price = priceOf(prices(), { provider: provider.id, model: provider.defaultModel });
  const health = models.health
    .all()
    .filter((one) => one.provider === provider.id && one.calls > 0)
    .map((one): ProviderHealth => ({ ...one, breaker: models.breakers.statusOf(one) }));
  return {
    id: provider.id,
    available: await provider.available(),
    defaultModel: provider.defaultModel,
    price:
      price === undefined
        ? null
        : {
            inputUsdPerMTok: price.inputUsdPerMTok,
            outputUsdPerMTok: price.outputUsdPerMTok,
            source: price.source,
            date: price.date ?? null,
          },
    health,
  };
}

/** One attempt at this model alone: nothing is retried and no other provider steps in. */
async function test(
  provider: string,
  model: string,
  { models, clock }: { readonly models: Models; readonly clock: Clock },
): Promise<ProviderTest> {
  const startedAt = clock.now();
  const deadline = new AbortController();
  const timer = clock.setTimer(() => deadline.abort(), TEST_TIMEOUT_MS);
  try {
    const usage = await models.probe({ provider, model, maxOutputTokens: TEST_OUTPUT_TOKENS }, { signal: deadline.signal });
    return { provider, model, ok: true, durationMs: clock.now() - startedAt, ...countsOf(usage), error: null };
  } catch (thrown) {
    const late = isAbort(thrown) && deadline.signal.aborted;
    const error = late ? toErrorView(slow(provider)) : toErrorView(thrown);
    return { provider, model, ok: false, durationMs: clock.now() - startedAt, ...countsOf(billedFor(thrown)), error };
  } finally {
    timer.dispose();
  }
}

const slow = (provider: string): AppError =>
  new AppError({ code: 'llm.timeout', message: `${provider} did not answer within ${TEST_TIMEOUT_MS / 1_000} s.`, retryable: true });

function countsOf(usage: Parameters<typeof addUsage>[0]): Pick<ProviderTest, 'inputTokens' | 'outputTokens' | 'costMicroUsd'> {
  const [sum] = addUsage(usage);
  return { inputTokens: sum?.inputTokens ?? null, outputTokens: sum?.outputTokens ?? null, costMicroUsd: sum?.costMicroUsd ?? null };
}

// What the circuit breaker, the rate gate and the retry loop cost around one call to a model that answers at once.

import { systemClock } from '#base/clock.ts';
import { HealthBoard } from '#core/llm/healthBoard.ts';
import { planCall, type PlannerPorts } from '#core/llm/planner.ts';
import { BreakerRegistry } from '#core/llm/registry.ts';
import { defaultRetryOptions, RetryBudget, withRetry } from '#core/llm/retry.ts';
import { noWishes } from '#core/llm/router.ts';
import { atMost, median, row, type Section, takeTurns, timed } from '#test/bench/measure.ts';
import { loudLog } from '#test/bench/ownRuns.ts';
import { memoryPersistence } from '#test/support/llmFixtures.ts';

const CALLS = 20_000;
const ROUNDS = 9;
const MODELS = 50;

export async function run(): Promise<Section> {
  const registry = new BreakerRegistry({ clock: systemClock, log: loudLog, persistence: memoryPersistence() });
  const guard = registry.forCall({ agent: 'developer', provider: 'none', model: 'none', credential: '' });
  const { signal } = new AbortController();
  const ports = {
    options: defaultRetryOptions,
    budget: new RetryBudget(),
    clock: systemClock,
    random: Math.random,
    signal,
    onRetry: () => {},
  };
  const call = async (): Promise<number> => 1;
  const guarded = async (): Promise<number> => {
    await guard.waitForRate({ jitterMs: 0, signal });
    return guard.run(call);
  };
  const samples = await takeTurns(
    {
      bare: () => microsPerCall(call),
      breaker: () => microsPerCall(() => guard.run(call)),
      all: () => microsPerCall(() => withRetry(guarded, ports)),
    },
    ROUNDS,
  );
  registry.dispose();
  const bare = median(samples.bare);
  return {
    title: 'Around a call to a model',
    about: 'Microseconds that each call gains over the bare call, which does nothing. A real call takes a second or more.',
    rows: [
      row('circuit breaker', median(samples.breaker) - bare, 'µs'),
      row('circuit breaker, rate gate and retry loop', median(samples.all) - bare, 'µs', { floor: atMost(10) }),
      row(`choosing among ${MODELS} models by latency`, await routerMs(), 'ms', { floor: atMost(1) }),
    ],
  };
}

/** The whole decision for one call: keys, sizes, prices, figures of 200 calls each, order, reasons. Median of 200, in ms. */
async function routerMs(): Promise<number> {
  const health = new HealthBoard({ clock: systemClock, log: loudLog });
  const names = Array.from({ length: MODELS }, (_, n) => ({ provider: `p${n % 10}`, model: `m${n}` }));
  const providers = Array.from({ length: 10 }, (_, n) => ({
    id: `p${n}`,
    defaultModel: `m${n}`,
    missing: 'no key',
    sizes: () => ({ contextTokens: 200_000, maxOutputTokens: 8_000 }),
    available: async () => true,
    credentials: async () => [{ id: 'c', secret: 'KEY' }],
    stream: () => {
      throw new Error('nobody is called');
    },
  }));
  for (const name of names)
    for (let call = 0; call < 200; call += 1) health.of({ ...name, credential: 'c' }).end(call % 7 === 0 ? 'failure' : 'success', call);
  const prices = names.map((name, n) => ({ ...name, inputUsdPerMTok: n, outputUsdPerMTok: n, source: '' }));
  const ports: PlannerPorts = { providers, prices: () => prices, health, policy: () => 'latency', preferred: () => names };
  const samples: number[] = [];
  for (let round = 0; round < 200; round += 1) {
    // Between two decisions one call ended.
    for (const name of names.slice(round % MODELS, (round % MODELS) + 1)) health.of({ ...name, credential: 'c' }).end('success', round);
    samples.push(await timed(() => planCall(noWishes, ports, { tools: true, images: false, contextTokens: 50_000 })));
  }
  return median(samples);
}

async function microsPerCall(call: () => Promise<number>): Promise<number> {
  const startedAt = performance.now();
  for (let n = 0; n < CALLS; n += 1) await call();
  return ((performance.now() - startedAt) * 1_000) / CALLS;
}

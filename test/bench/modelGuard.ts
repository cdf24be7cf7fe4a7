// What the circuit breaker, the rate gate and the retry loop cost around one call to a model that answers at once.

import { systemClock } from '#base/clock.ts';
import { BreakerRegistry } from '#core/llm/registry.ts';
import { defaultRetryOptions, RetryBudget, withRetry } from '#core/llm/retry.ts';
import { atMost, median, row, type Section, takeTurns } from '#test/bench/measure.ts';
import { loudLog } from '#test/bench/ownRuns.ts';
import { memoryPersistence } from '#test/support/llmFixtures.ts';

const CALLS = 20_000;
const ROUNDS = 9;

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
    ],
  };
}

async function microsPerCall(call: () => Promise<number>): Promise<number> {
  const startedAt = performance.now();
  for (let n = 0; n < CALLS; n += 1) await call();
  return ((performance.now() - startedAt) * 1_000) / CALLS;
}

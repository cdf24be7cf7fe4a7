import assert from 'node:assert/strict';
import { networkError } from '#core/llm/errors.ts';
import { tellBreakerStates } from '#core/api/breakerNews.ts';
import { liveBreakerOptions, liveStreamLimits } from '#core/llm/liveOptions.ts';
import { BreakerRegistry } from '#core/llm/registry.ts';
import type { HostSettings } from '#core/ports.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { memoryPersistence } from '#test/support/llmFixtures.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const KEY = { agent: 'developer', provider: 'p', model: 'm', credential: 'c' };

describe('the states of breakers', () => {
  function start(settings: Partial<HostSettings> = {}) {
    const clock = new FakeClock();
    const options = liveBreakerOptions(() => settings as HostSettings);
    const registry = new BreakerRegistry({ clock, log: silent, persistence: memoryPersistence(), options });
    const told: string[] = [];
    const telling = tellBreakerStates(registry, {
      clock,
      changed: () => void told.push(registry.views('developer')[0]?.status ?? 'unused'),
    });
    const fail = (): Promise<unknown> =>
      registry
        .forCall(KEY)
        .run(() => Promise.reject(networkError({ provider: 'p' })))
        .catch(() => null);
    return { clock, registry, told, telling, fail };
  }

  it('are told when one opens, and when its time is over although nobody calls', async () => {
    const { clock, told, telling, fail } = start();
    for (let n = 0; n < 5; n += 1) await fail();
    assert.equal(told.at(-1), 'open');
    clock.advance(60_000);
    assert.equal(told.at(-1), 'half-open');
    const before = told.length;
    clock.advance(600_000);
    assert.equal(told.length, before, 'once');
    telling.dispose();
  });

  it('nothing is told, and no timer is left, once it was disposed', async () => {
    const { clock, told, telling, fail } = start();
    for (let n = 0; n < 5; n += 1) await fail();
    const before = told.length;
    telling.dispose();
    clock.advance(60_000);
    assert.equal(told.length, before);
  });

  it('follow the settings as they are now; what is no number above 0 is the default', async () => {
    const settings: { breaker?: HostSettings['breaker'] } = { breaker: { failureThreshold: 2, timeoutMs: 1_000 } };
    const { clock, registry, fail } = start(settings as HostSettings);
    for (let n = 0; n < 2; n += 1) await fail();
    assert.equal(registry.statusOf(KEY), 'open');
    clock.advance(1_000);
    assert.equal(registry.statusOf(KEY), 'half-open');
    settings.breaker = { failureThreshold: -1, timeoutMs: 0.5 };
    assert.deepEqual(
      { ...liveBreakerOptions(() => settings as HostSettings) },
      { failureThreshold: 5, successThreshold: 2, timeoutMs: 60_000, monitoringPeriodMs: 120_000 },
    );
    assert.deepEqual(
      { ...liveStreamLimits(() => ({ callLimits: { idleMs: 7 } }) as HostSettings) },
      { connectMs: 60_000, firstByteMs: 300_000, idleMs: 7, totalMs: 600_000 },
    );
  });
});

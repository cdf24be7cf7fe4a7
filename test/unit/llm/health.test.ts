import assert from 'node:assert/strict';
import type { Json } from '#base/json.ts';
import { HealthWindow } from '#core/llm/health.ts';
import { HealthBoard } from '#core/llm/healthBoard.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { memoryPersistence } from '#test/support/llmFixtures.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

describe('the health of a provider', () => {
  let clock: FakeClock;
  let window: HealthWindow;
  const calls = (count: number, outcome: 'success' | 'failure' | 'neutral', ms = 100): void => {
    for (let n = 0; n < count; n += 1) {
      window.begin();
      window.end(outcome, ms);
    }
  };

  beforeEach(() => {
    clock = new FakeClock();
    window = new HealthWindow(clock);
  });

  it('is nothing before the first call, and no rate is made up', () => {
    const nothing = { calls: 0, errorRate: null, callsPerMinute: 0, p50Ms: null, p95Ms: null, setAsideUntil: null };
    assert.deepEqual(window.figures(), nothing);
  });

  it('counts latency of successes, errors and the rate of the last minute', () => {
    for (let ms = 1; ms <= 20; ms += 1) calls(1, 'success', ms * 10);
    clock.advance(61_000);
    calls(4, 'failure');
    assert.deepEqual(window.figures(), {
      calls: 24,
      errorRate: 1 - 20 / 24,
      callsPerMinute: 4,
      p50Ms: 100,
      p95Ms: 190,
      setAsideUntil: null,
    });
  });

  it('forgets calls after five minutes, and all but the last 200', () => {
    calls(1, 'failure');
    calls(250, 'success');
    assert.deepEqual([window.figures().calls, window.figures().errorRate], [200, 0]);
    clock.advance(300_000);
    assert.equal(window.figures().calls, 0);
  });

  it('sets it aside at half of its calls failed, never on fewer than ten', () => {
    calls(9, 'failure');
    assert.equal(window.setAside, false);
    calls(1, 'failure');
    assert.equal(window.setAside, true);
  });

  it('takes an abort or a bad request for no sign of anything', () => {
    calls(50, 'neutral');
    assert.equal(window.figures().calls, 0);
  });

  it('lets one call try it again, and takes it back when that succeeds', () => {
    calls(10, 'failure');
    clock.advance(30_000);
    assert.equal(window.setAside, false, 'the next call is the probe');
    window.begin();
    assert.equal(window.setAside, true, 'others still go elsewhere');
    window.end('success', 50);
    assert.deepEqual([window.setAside, window.figures().calls], [false, 1]);
  });

  it('sets it aside again when the probe fails, and asks for another when the probe says nothing', () => {
    calls(10, 'failure');
    clock.advance(30_000);
    window.begin();
    window.end('neutral', 1);
    assert.equal(window.setAside, false);
    calls(1, 'failure');
    assert.equal(window.setAside, true);
  });

  it('survives a restart, per provider, model and credential', async () => {
    const persistence = memoryPersistence();
    const board = new HealthBoard({ clock, log: silent, persistence });
    const key = { provider: 'p', model: 'm', credential: 'c1' };
    for (let n = 0; n < 10; n += 1) board.of(key).end('failure', 1);
    board.touch();
    await board.flush();
    const next = new HealthBoard({
      clock,
      log: silent,
      persistence: memoryPersistence(JSON.parse(JSON.stringify(persistence.value)) as Json),
    });
    await next.load();
    assert.equal(next.of(key).setAside, true);
    assert.equal(next.of({ ...key, credential: 'c2' }).setAside, false);
  });

  it('drops a saved state that cannot be read', async () => {
    const board = new HealthBoard({ clock, log: silent, persistence: memoryPersistence({ not: 'a list' }) });
    await board.load();
    assert.deepEqual(board.all(), []);
  });
});

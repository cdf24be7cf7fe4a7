import assert from 'node:assert/strict';
import { WaitTimer } from '#base/waitTimer.ts';
import { FakeClock } from '#test/support/fakeClock.ts';

describe('a wait timer', () => {
  it('counts each moment of waits that overlap once, those that begin together and those that fail too', async () => {
    const clock = new FakeClock();
    const timer = new WaitTimer(clock);
    const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    const waits = [timer.during(() => first.promise), timer.during(() => second.promise)] as const;
    clock.advance(10);
    assert.equal(timer.waitedMs, 10, 'while both go on');
    first.resolve('yes');
    assert.equal(await waits[0], 'yes');
    clock.advance(5);
    second.reject(new Error('no'));
    await assert.rejects(waits[1], /no/);
    clock.advance(100);
    assert.equal(timer.waitedMs, 15, 'and nothing after that');
  });
});

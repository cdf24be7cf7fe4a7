import assert from 'node:assert/strict';
import fc from 'fast-check';
import { abortError } from '#base/abort.ts';
import { Breaker, defaultBreakerOptions, type Outcome, type Permit } from '#core/llm/breaker.ts';
import {
  badRequestError,
  badToolCallError,
  contextTooLongError,
  networkError,
  noModelError,
  overloadedError,
  rateLimitedError,
  refusedError,
  serverError,
  timeoutError,
  truncatedError,
} from '#core/llm/errors.ts';
import { outcomeOf } from '#core/llm/outcome.ts';
import { FakeClock } from '#test/support/fakeClock.ts';

describe('circuit breaker', () => {
  let clock: FakeClock;
  let breaker: Breaker;
  let changes: number;

  beforeEach(() => {
    clock = new FakeClock();
    changes = 0;
    breaker = new Breaker({ options: defaultBreakerOptions, clock, onChange: () => (changes += 1) });
  });

  function call(outcome: Outcome): void {
    const permit = breaker.acquire() ?? assert.fail('refused');
    permit.settle(outcome);
  }
  const fail = (times: number): void => {
    for (let i = 0; i < times; i += 1) call('failure');
  };
  const openIt = (): void => fail(5);

  it('opens at the fifth failure in a row', () => {
    fail(4);
    assert.equal(breaker.status, 'closed');
    fail(1);
    assert.deepEqual([breaker.status, breaker.openUntil], ['open', clock.now() + 60_000]);
  });

  it('starts counting again after a success', () => {
    fail(4);
    call('success');
    fail(4);
    assert.equal(breaker.status, 'closed');
  });

  it('forgets failures older than the monitoring period', () => {
    fail(4);
    clock.advance(120_000);
    fail(1);
    assert.equal(breaker.status, 'closed');
    fail(4);
    assert.equal(breaker.status, 'open');
  });

  it('does not count what says nothing about the provider', () => {
    for (let i = 0; i < 50; i += 1) call('neutral');
    fail(4);
    call('neutral');
    fail(1);
    assert.equal(breaker.status, 'open');
  });

  it('refuses every call while open', () => {
    openIt();
    clock.advance(59_999);
    assert.equal(breaker.acquire(), null);
  });

  it('lets one probe through when its time is over, and refuses the others at once', () => {
    openIt();
    clock.advance(60_000);
    assert.equal(breaker.status, 'half-open');
    const probe = breaker.acquire();
    assert.notEqual(probe, null);
    assert.deepEqual([breaker.acquire(), breaker.acquire(), breaker.ready], [null, null, false]);
  });

  it('closes after two probes in a row succeed', () => {
    openIt();
    clock.advance(60_000);
    call('success');
    assert.equal(breaker.status, 'half-open');
    call('success');
    assert.equal(breaker.status, 'closed');
  });

  it('opens for the whole time again when a probe fails', () => {
    openIt();
    clock.advance(60_000);
    call('success');
    call('failure');
    assert.deepEqual([breaker.status, breaker.openUntil], ['open', clock.now() + 60_000]);
  });

  it('gives the probe slot back on an abort and neither opens nor closes', () => {
    openIt();
    clock.advance(60_000);
    const probe = breaker.acquire();
    probe?.settle(outcomeOf(abortError()));
    assert.deepEqual([breaker.status, breaker.ready], ['half-open', true]);
    call('success');
    call('success');
    assert.equal(breaker.status, 'closed');
  });

  it('does not close on a bad request in a probe', () => {
    openIt();
    clock.advance(60_000);
    call(outcomeOf(badRequestError({ provider: 'x' })));
    call(outcomeOf(badRequestError({ provider: 'x' })));
    assert.equal(breaker.status, 'half-open');
  });

  it('ignores results of calls that began before it opened', () => {
    const early = breaker.acquire();
    const late = breaker.acquire();
    openIt();
    early?.settle('success');
    assert.equal(breaker.status, 'open');
    clock.advance(60_000);
    const probe = breaker.acquire();
    late?.settle('failure');
    assert.equal(breaker.status, 'half-open');
    probe?.settle('success');
    call('success');
    assert.equal(breaker.status, 'closed');
  });

  it('hears each permit once', () => {
    const permit = breaker.acquire();
    for (let i = 0; i < 9; i += 1) permit?.settle('failure');
    assert.equal(breaker.status, 'closed');
  });

  it('closes on reset, and a probe from before the reset changes nothing', () => {
    openIt();
    clock.advance(60_000);
    const probe = breaker.acquire();
    breaker.reset();
    probe?.settle('failure');
    assert.equal(breaker.status, 'closed');
  });

  it('tells of each change of status once', () => {
    openIt();
    clock.advance(60_000);
    call('success');
    call('success');
    assert.equal(changes, 3);
  });

  it('never lets a call through while open, nor two probes at once, whatever the order of things', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('call' as const) }),
      fc.record({
        do: fc.constant('settle' as const),
        which: fc.nat(9),
        outcome: fc.constantFrom<Outcome>('success', 'failure', 'neutral'),
      }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 1000, 59_999, 60_000, 130_000) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const time = new FakeClock();
        const subject = new Breaker({ options: defaultBreakerOptions, clock: time, onChange: () => {} });
        const permits: Permit[] = [];
        for (const next of steps) {
          if (next.do === 'wait') time.advance(next.ms);
          else if (next.do === 'settle') permits.splice(next.which, 1)[0]?.settle(next.outcome);
          else {
            const { status, ready } = subject;
            const permit = subject.acquire();
            assert.equal(permit !== null, ready);
            assert.ok(permit === null || status !== 'open');
            if (permit !== null) permits.push(permit);
            if (permit !== null && status === 'half-open') assert.equal(subject.acquire(), null);
          }
        }
        for (const permit of permits) permit.settle('neutral');
        time.advance(60_000);
        assert.ok(subject.ready, 'a breaker is never stuck once all calls have ended');
      }),
    );
  });

  const about = { provider: 'x' };
  const counted = [
    serverError(about),
    overloadedError(about),
    networkError(about),
    timeoutError(about, 'idle', 1),
    truncatedError(about, 'cut'),
    truncatedError(about, 'empty'),
  ];
  for (const error of counted) it(`counts ${error.code}`, () => assert.equal(outcomeOf(error), 'failure'));

  const never = [
    badRequestError(about),
    contextTooLongError(about),
    noModelError(about),
    refusedError(about),
    rateLimitedError(about, null),
    badToolCallError(about, 't', false),
    abortError(),
    new TypeError('a bug of ours'),
  ];
  for (const error of never)
    it(`never counts ${'code' in error ? String(error.code) : error.name}`, () => assert.equal(outcomeOf(error), 'neutral'));
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { retryTime } from '#core/engine/retry.ts';

const error = { code: 'net.reset', message: '', retryable: true, details: {} };

describe('the time of the next attempt', () => {
  const policy = { maxAttempts: 5, initialDelayMs: 100, maxDelayMs: 500 };
  const ceilings = [1, 2, 3, 4].map((attempt) => retryTime(policy, { error, attempt, now: 0, random: 0.999_999 }));

  it('doubles its ceiling with each attempt up to the longest wait', () => {
    assert.deepEqual(ceilings, [99, 199, 399, 499]);
  });

  it('is spread over the whole wait', () => {
    const times = [0, 0.25, 0.5, 0.75].map((random) => retryTime(policy, { error, attempt: 2, now: 1_000, random }));
    assert.deepEqual(times, [1_000, 1_050, 1_100, 1_150]);
  });

  it('is never for an error that is not retryable or after the last attempt', () => {
    assert.equal(retryTime(policy, { error: { ...error, retryable: false }, attempt: 1, now: 0, random: 0 }), null);
    assert.equal(retryTime(policy, { error, attempt: 5, now: 0, random: 0 }), null);
  });

  it('is a whole number of milliseconds between now and the longest wait, for any policy', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.nat(100_000),
        fc.nat(100_000),
        fc.nat(),
        fc.noShrink(fc.nat(999)),
        (attempt, initial, max, now, chance) => {
          const at = retryTime(
            { maxAttempts: 21, initialDelayMs: initial, maxDelayMs: max },
            { error, attempt, now, random: chance / 1_000 },
          );
          assert.ok(at !== null && Number.isInteger(at) && at >= now && at <= now + max);
        },
      ),
    );
  });
});

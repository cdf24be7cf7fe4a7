import assert from 'node:assert/strict';
import { serverError } from '#core/llm/errors.ts';
import { costMicroUsd, parsePrices } from '#core/llm/pricing.ts';
import { defaultRetryOptions, RetryBudget, withRetry } from '#core/llm/retry.ts';
import { retryAfterMs } from '#core/llm/retryAfter.ts';
import { addUsage } from '#protocol/usage.ts';
import { readFileSync } from 'node:fs';
import { FakeClock } from '#test/support/fakeClock.ts';

describe('retry', () => {
  const fail = async (): Promise<never> => {
    throw serverError({ provider: 'x' });
  };

  async function waitsOf(random: number, maxAttempts: number): Promise<number[]> {
    const clock = new FakeClock();
    const waits: number[] = [];
    const run = withRetry(fail, {
      options: { ...defaultRetryOptions, maxAttempts },
      budget: new RetryBudget(),
      clock,
      random: () => random,
      signal: new AbortController().signal,
      onRetry: (_, waitMs) => {
        waits.push(waitMs);
        setImmediate(() => clock.advance(waitMs));
      },
    });
    await assert.rejects(run, { code: 'llm.server' });
    return waits;
  }

  it('waits up to twice as long each time, with full jitter and a ceiling', async () => {
    assert.deepEqual(await waitsOf(0.5, 8), [250, 500, 1000, 2000, 4000, 4000, 4000]);
    assert.deepEqual(await waitsOf(0, 4), [0, 0, 0]);
  });

  it('stops retrying when retries pass a tenth of the calls', () => {
    const budget = new RetryBudget(2);
    let granted = 0;
    for (let call = 0; call < 1000; call += 1) {
      budget.called();
      if (budget.take()) granted += 1;
    }
    assert.ok(granted >= 100 && granted <= 102, `${granted}`);
  });

  it('reads Retry-After in every form and ignores nonsense', () => {
    const now = Date.parse('2026-11-20T10:00:00Z');
    const of = (headers: Record<string, string>): number | null => retryAfterMs(new Headers(headers), now);
    assert.deepEqual(
      [
        of({ 'retry-after': '3' }),
        of({ 'retry-after': '0.5' }),
        of({ 'retry-after-ms': '40', 'retry-after': '9' }),
        of({ 'retry-after': 'Fri, 20 Nov 2026 10:00:10 GMT' }),
        of({ 'retry-after': 'Fri, 20 Nov 2026 09:00:00 GMT' }),
        of({ 'retry-after': 'soon' }),
        of({}),
      ],
      [3000, 500, 40, 10_000, 0, null, null],
    );
  });

  it('adds usage up and keeps unknown counts apart from known ones', () => {
    const base = { provider: 'p', model: 'm', calls: 1, cachedInputTokens: null, costMicroUsd: null };
    const known = { ...base, inputTokens: 10, outputTokens: 2 };
    const unknown = { ...base, inputTokens: null, outputTokens: null };
    assert.deepEqual(addUsage([known, unknown, known]), [{ ...known, calls: 2, inputTokens: 20, outputTokens: 4 }, unknown]);
  });

  it('ships a price table that can be read, and no price for an unknown model', () => {
    const prices = parsePrices(readFileSync('resources/pricing/models.json', 'utf8'));
    const tokens = { inputTokens: 1000, cachedInputTokens: 400, cacheWriteTokens: 100, outputTokens: 10 };
    for (const price of prices) {
      const { inputUsdPerMTok: input, cachedInputUsdPerMTok: read = input, cacheWriteUsdPerMTok: write = input } = price;
      assert.equal(costMicroUsd(prices, price, tokens), Math.ceil(500 * input + 400 * read + 100 * write + 10 * price.outputUsdPerMTok));
      assert.match(price.source, /^https:\/\//);
      assert.match(price.date ?? '', /^\d{4}-\d\d-\d\d$/);
    }
    assert.equal(costMicroUsd(prices, { provider: 'anthropic', model: 'no-such-model' }, tokens), null);
  });
});

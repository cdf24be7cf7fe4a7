import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isAbort } from '#base/errors.ts';
import { boundOf } from '#core/llm/budget/amount.ts';
import { dollars } from '#core/llm/budget/limit.ts';
import { reserve } from '#core/llm/budget/reserve.ts';
import { BudgetScope } from '#core/llm/budget/scope.ts';
import type { Budget } from '#protocol/spending.ts';
import { raised } from '#protocol/spent.ts';

const never = new AbortController().signal;
const nobody = (): Promise<'again'> => assert.fail('nobody should be asked');
const scopeOf = (budget: Budget, spent = { costMicroUsd: 0, tokens: 0 }): BudgetScope =>
  new BudgetScope({ id: 'run:a', name: 'this run', budget, raises: 0, spent });
const call = (tokens: number, costMicroUsd: number | null = tokens) => ({ provider: 'p', model: 'm', bound: { tokens, costMicroUsd } });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a budget', () => {
  it('is never exceeded by agents that call in parallel, whatever each of them uses', async function () {
    const calls = fc.array(fc.record({ bound: fc.integer({ min: 1, max: 60 }), share: fc.double({ min: 0, max: 1, noNaN: true }) }), {
      minLength: 1,
      maxLength: 40,
    });
    const property = fc.asyncProperty(
      calls,
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 0, max: 3 }),
      fc.scheduler(),
      async (agents, tokens, raises, scheduler) => {
        const run = scopeOf({ tokens });
        const day = new BudgetScope({
          id: 'day:x',
          name: 'today',
          budget: { costMicroUsd: tokens * 2 },
          raises: 0,
          spent: { costMicroUsd: 0, tokens: 0 },
        });
        let left = raises;
        const ask = async (): Promise<'raise' | 'stop'> => {
          await scheduler.schedule(Promise.resolve());
          left -= 1;
          return left >= 0 ? 'raise' : 'stop';
        };
        const work = agents.map(async ({ bound, share }) => {
          await scheduler.schedule(Promise.resolve());
          const held = await reserve([run, day], call(bound), { signal: never, ask }).catch((error: { code?: string }) => {
            assert.equal(error.code, 'budget.spent');
            return null;
          });
          await scheduler.schedule(Promise.resolve());
          const used = Math.floor(bound * share);
          held?.settle({ tokens: used, costMicroUsd: used });
          assert.ok(run.spent.tokens <= (run.limit.tokens ?? 0), 'the run');
          assert.ok(day.spent.costMicroUsd <= (day.limit.costMicroUsd ?? 0), 'the day');
        });
        await scheduler.waitFor(Promise.all(work));
        assert.equal(run.busy || day.busy, false, 'everything was given back');
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });

  it('gives back what a call held and did not use', async () => {
    const scope = scopeOf({ tokens: 100 });
    const first = await reserve([scope], call(80), { signal: never, ask: nobody });
    const second = reserve([scope], call(80), { signal: never, ask: nobody });
    first.settle({ tokens: 20, costMicroUsd: 0 });
    (await second).settle({ tokens: 10, costMicroUsd: 0 });
    assert.deepEqual(scope.spent, { tokens: 30, costMicroUsd: 0 });
  });

  it('books once, however often it is settled', async () => {
    const scope = scopeOf({ tokens: 100 });
    const held = await reserve([scope], call(50), { signal: never, ask: nobody });
    held.settle({ tokens: 10, costMicroUsd: 0 });
    held.settle({ tokens: 10, costMicroUsd: 0 });
    assert.deepEqual([scope.spent.tokens, scope.busy], [10, false]);
  });

  it('goes on with the raised limit, and tells all that were asked beside it', async () => {
    const scope = scopeOf({ tokens: 10 });
    let elsewhere = 0;
    const answered = (): Promise<'raise'> => turn().then(() => 'raise');
    const beside = async (): Promise<'again'> => {
      await scope.next('decision', never);
      elsewhere += 1;
      return 'again';
    };
    const all = [answered, beside].map((ask) => reserve([scope], call(15), { signal: never, ask }));
    (await Promise.race(all)).settle({ tokens: 1, costMicroUsd: 0 });
    for (const held of await Promise.all(all)) held.settle({ tokens: 1, costMicroUsd: 0 });
    assert.deepEqual([elsewhere, scope.limit, scope.busy], [1, { tokens: 20 }, false]);
  });

  it('stops all that wait when the person says stop', async () => {
    const scope = scopeOf({ tokens: 10 });
    const stop = (): Promise<'stop'> => turn().then(() => 'stop');
    const beside = (): Promise<'again'> => scope.next('decision', never).then(() => 'again');
    const ended = await Promise.allSettled([stop, beside].map((ask) => reserve([scope], call(20), { signal: never, ask })));
    assert.deepEqual(
      ended.map((one) => one.status === 'rejected' && (one.reason as { code: string }).code),
      ['budget.spent', 'budget.spent'],
    );
  });

  it('lets go of who waits for room when it is aborted', async () => {
    const scope = scopeOf({ tokens: 10 });
    await reserve([scope], call(10), { signal: never, ask: nobody });
    const stop = new AbortController();
    const waiting = reserve([scope], call(10), { signal: stop.signal, ask: nobody });
    await turn();
    stop.abort();
    await assert.rejects(waiting, isAbort);
  });

  it('in dollars refuses a model whose price is unknown; in tokens it does not', async () => {
    const unpriced = reserve([scopeOf({ costMicroUsd: 10 })], call(1, null), { signal: never, ask: nobody });
    await assert.rejects(unpriced, { code: 'budget.unpriced', message: /\.cas\/pricing\.json/ });
    await reserve([scopeOf({ tokens: 10 })], call(1, null), { signal: never, ask: nobody });
  });

  it('warns once for each limit, at 80 %', async () => {
    const scope = scopeOf({ tokens: 100 });
    const spend = async (tokens: number): Promise<number> =>
      (await reserve([scope], call(tokens), { signal: never, ask: async () => 'raise' })).settle({ tokens, costMicroUsd: 0 }).length;
    assert.deepEqual([await spend(79), await spend(1), await spend(10)], [0, 1, 0]);
    assert.deepEqual([await spend(50), await spend(30)], [0, 1], 'the raised limit of 200');
  });
});

describe('the most a call can come to', () => {
  const request = (text: string) => ({
    system: '',
    messages: [{ role: 'user' as const, parts: [{ kind: 'text' as const, text }] }],
    tools: [],
    toolChoice: 'auto' as const,
    maxOutputTokens: 100,
    temperature: null,
  });
  const price = { provider: 'p', model: 'm', inputUsdPerMTok: 2, cacheWriteUsdPerMTok: 2.5, outputUsdPerMTok: 10, source: 's' };

  it('counts every wide character by its bytes and the rest by two, and the output whole', () => {
    const [ascii, wide] = [boundOf(request('a'.repeat(10_000)), price, []), boundOf(request('語'.repeat(10_000)), price, [])];
    assert.ok(ascii.tokens >= 5_000 + 100 && ascii.tokens < 7_000, String(ascii.tokens));
    assert.ok(wide.tokens >= 30_000, String(wide.tokens));
    assert.equal(ascii.costMicroUsd, null);
  });

  it('is priced at the dearest rate its input may have', () => {
    const { costMicroUsd, tokens } = boundOf(request('a'), price, [price]);
    assert.equal(costMicroUsd, Math.ceil((tokens - 100) * 2.5 + 100 * 10));
  });
});

describe('amounts', () => {
  it('are written with cents, and finer below a dollar', () => {
    assert.deepEqual([0, 70, 120_000, 1_500_000, 12_345_678].map(dollars), ['$0.00', '$0.0001', '$0.12', '$1.50', '$12.35']);
  });

  it('grow by the budget itself with each raise', () => {
    assert.deepEqual(raised({ costMicroUsd: 5, tokens: 7 }, 2), { costMicroUsd: 15, tokens: 21 });
  });
});

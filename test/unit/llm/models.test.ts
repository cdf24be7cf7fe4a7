import assert from 'node:assert/strict';
import { systemClock } from '#base/clock.ts';
import { type AppError, isAbort } from '#base/errors.ts';
import type { ModelAnswer, ModelCall, ModelHooks } from '#core/llm/modelCall.ts';
import type { Models } from '#core/llm/models.ts';
import { noWishes } from '#core/llm/router.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { helloCall, memoryPersistence, testModels } from '#test/support/llmFixtures.ts';
import { startAnthropicServer } from '#test/support/vendors/anthropicServer.ts';
import { startOpenaiServer } from '#test/support/vendors/openaiServer.ts';
import type { VendorServer } from '#test/support/vendors/vendorServer.ts';

const DOWN = { text: 'x', fault: { kind: 'status', status: 500 } } as const;

function ask(
  models: Models,
  more: Partial<ModelCall> = {},
  hooks: ModelHooks = {},
  signal = new AbortController().signal,
): Promise<ModelAnswer> {
  return models.complete({ ...helloCall, ...more }, hooks, { signal });
}

describe('models', () => {
  let anthropic: VendorServer;
  let openai: VendorServer;

  beforeEach(async () => {
    anthropic = await startAnthropicServer([{ text: 'from anthropic' }]);
    openai = await startOpenaiServer([{ text: 'from openai' }]);
  });
  afterEach(() => Promise.all([anthropic.close(), openai.close()]));

  it('answers with the whole message, its usage and why this model', async () => {
    const answer = await ask(testModels({ anthropic, openai }));
    assert.deepEqual(answer, {
      provider: 'anthropic',
      model: 'claude-sonnet-5-5',
      parts: [{ kind: 'text', text: 'from anthropic' }],
      text: 'from anthropic',
      calls: [],
      stop: 'end',
      usage: [
        {
          provider: 'anthropic',
          model: 'claude-sonnet-5-5',
          calls: 1,
          inputTokens: 10,
          cachedInputTokens: 0,
          outputTokens: 5,
          costMicroUsd: null,
        },
      ],
      route: { provider: 'anthropic', model: 'claude-sonnet-5-5', reason: 'next available', passedOver: [] },
    });
  });

  it('names the providers that have a key', async () => {
    assert.deepEqual(await testModels({ openai }).available(), ['openai']);
    assert.deepEqual(await testModels({}).available(), []);
  });

  it('says how to set a model up when there is none', async () => {
    await assert.rejects(ask(testModels({})), { code: 'llm.noProvider', message: /ANTHROPIC_API_KEY or OPENAI_API_KEY/ });
  });

  it("takes the step's wish before the agent's, and tells when a wish cannot be had", async () => {
    const models = testModels({ anthropic, openai });
    const wished = await ask(models, {
      wishes: { provider: 'openai', model: 'gpt-x', preferred: [{ provider: null, model: 'claude-y' }] },
    });
    assert.deepEqual([wished.provider, wished.model, wished.route.reason], ['openai', 'gpt-x', 'named by the step']);
    const preferred = await ask(models, { wishes: { ...noWishes, preferred: [{ provider: null, model: 'claude-y' }] } });
    assert.deepEqual([preferred.provider, preferred.model], ['anthropic', 'claude-y']);
    const missing = await ask(testModels({ anthropic }), { wishes: { ...noWishes, provider: 'openai' } });
    assert.equal(missing.provider, 'anthropic');
    assert.match(missing.route.passedOver[0]?.reason ?? '', /named by the step, but openai has no key/);
  });

  it('tries again after a failure, from the start, and bills both attempts', async () => {
    anthropic.use([{ text: 'half of an answer', fault: { kind: 'endEarly' } }, { text: 'whole' }]);
    const texts: string[] = [];
    let restarts = 0;
    const hooks: ModelHooks = {
      onEvent: (event) => event.kind === 'text' && texts.push(event.text),
      onRestart: () => {
        restarts += 1;
        texts.length = 0;
      },
    };
    const answer = await ask(testModels({ anthropic }), {}, hooks);
    assert.deepEqual([answer.text, texts.join(''), restarts], ['whole', 'whole', 1]);
    assert.equal(
      answer.usage.reduce((sum, usage) => sum + usage.calls, 0),
      2,
    );
  });

  it('makes at most three attempts and reports what they used', async () => {
    anthropic.use([{ text: 'half', fault: { kind: 'reset' } }]);
    const error = (await ask(testModels({ anthropic })).catch((thrown: unknown) => thrown)) as AppError;
    assert.equal(error.code, 'llm.truncated');
    assert.equal(anthropic.requests.length, 3);
    const usage = error.details['usage'] as { calls: number }[];
    assert.equal(usage[0]?.calls, 3);
  });

  it('never retries a bad request, a refused key or a refusal', async () => {
    const models = testModels({ anthropic });
    for (const turn of [
      { fault: { kind: 'status', status: 400 } as const },
      { stop: 'refusal' },
      { fault: { kind: 'status', status: 401 } as const },
    ]) {
      anthropic.use([turn]);
      const before = anthropic.requests.length;
      await assert.rejects(ask(models));
      assert.equal(anthropic.requests.length - before, 1);
    }
  });

  it('falls to the next provider in an outage and records why', async () => {
    anthropic.use([DOWN]);
    const answer = await ask(testModels({ anthropic, openai }));
    assert.equal(answer.text, 'from openai');
    assert.match(answer.route.passedOver[0]?.reason ?? '', /anthropic failed on its side/);
  });

  it('does not take a wrong request to another provider', async () => {
    anthropic.use([{ fault: { kind: 'status', status: 400 } }]);
    await assert.rejects(ask(testModels({ anthropic, openai })), { code: 'llm.badRequest' });
    assert.equal(openai.requests.length, 0);
  });

  it('takes a call whose model is not there to another provider', async () => {
    anthropic.use([{ fault: { kind: 'status', status: 404 } }]);
    const answer = await ask(testModels({ anthropic, openai }));
    assert.equal(answer.text, 'from openai');
    assert.match(answer.route.passedOver[0]?.reason ?? '', /no such model/);
    assert.equal(anthropic.requests.length, 1);
  });

  it('stops calling a provider whose circuit opened, and other agents do not have to find out again', async () => {
    anthropic.use([DOWN]);
    const models = testModels({ anthropic, openai });
    await ask(models, { agent: 'security' });
    await ask(models, { agent: 'analyst' });
    assert.equal(anthropic.requests.length, 5);
    const before = anthropic.requests.length;
    const answer = await ask(models, { agent: 'tester' });
    assert.equal(anthropic.requests.length, before);
    assert.match(answer.route.passedOver[0]?.reason ?? '', /its circuit is open/);
    assert.deepEqual(
      models.breakers.views('tester').map((view) => [view.provider, view.status]),
      [
        ['anthropic', 'open'],
        ['openai', 'closed'],
      ],
    );
    assert.deepEqual(models.breakers.views('nobody'), []);
  });

  it('closes the circuit when a person resets the agent', async () => {
    anthropic.use([DOWN]);
    const models = testModels({ anthropic });
    await assert.rejects(ask(models));
    await assert.rejects(ask(models), { code: 'llm.server' });
    await assert.rejects(ask(models), { code: 'llm.circuitOpen' });
    anthropic.use([{ text: 'back' }]);
    models.breakers.reset('security');
    assert.equal((await ask(models)).text, 'back');
  });

  it('recovers by itself: half-open after a minute, closed after two good calls', async () => {
    const clock = new FakeClock();
    const skewed = { now: () => clock.now(), setTimer: systemClock.setTimer.bind(systemClock) };
    anthropic.use([DOWN]);
    const models = testModels({ anthropic, clock: skewed });
    await assert.rejects(ask(models));
    await assert.rejects(ask(models));
    anthropic.use([{ text: 'back' }]);
    clock.advance(60_000);
    await ask(models);
    assert.equal(models.breakers.views('security')[0]?.status, 'half-open');
    await ask(models);
    assert.equal(models.breakers.views('security')[0]?.status, 'closed');
  });

  it('a refused key is not tried again until it changes or is reset', async () => {
    anthropic.use([{ fault: { kind: 'status', status: 401 } }]);
    const models = testModels({ anthropic });
    await assert.rejects(ask(models), { code: 'llm.auth' });
    await assert.rejects(ask(models), { code: 'llm.auth' });
    assert.equal(anthropic.requests.length, 1);
    anthropic.use([{ text: 'welcome' }]);
    models.breakers.reset('security');
    assert.equal((await ask(models)).text, 'welcome');
  });

  it('honours Retry-After, for the other calls of the credential too', async () => {
    anthropic.use([{ fault: { kind: 'status', status: 429, headers: { 'retry-after-ms': '120' } } }, { text: 'now' }]);
    const models = testModels({ anthropic });
    const startedAt = Date.now();
    const first = ask(models);
    while (anthropic.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const answers = await Promise.all([first, ask(models, { agent: 'analyst' })]);
    assert.ok(Date.now() - startedAt >= 110);
    assert.deepEqual(
      answers.map((answer) => answer.text),
      ['now', 'now'],
    );
    assert.equal(models.breakers.views('security')[0]?.status, 'closed');
  });

  it('does not wait for a long rate limit when another provider can answer', async () => {
    anthropic.use([{ fault: { kind: 'status', status: 429, headers: { 'retry-after': '90' } } }]);
    const models = testModels({ anthropic, openai });
    assert.equal((await ask(models)).text, 'from openai');
    const next = await ask(models);
    assert.match(next.route.passedOver[0]?.reason ?? '', /rate limit lasts \d+ s more/);
    assert.equal(anthropic.requests.length, 1);
  });

  it('an abort ends a wait for the next attempt at once', async () => {
    anthropic.use([DOWN]);
    const models = testModels({
      anthropic,
      more: { retry: { maxAttempts: 3, initialDelayMs: 60_000, maxDelayMs: 60_000, maxRetryAfterMs: 0 } },
    });
    const controller = new AbortController();
    const pending = ask(models, {}, { onRestart: () => setImmediate(() => controller.abort()) }, controller.signal);
    await assert.rejects(pending, (error) => isAbort(error));
    assert.equal(anthropic.requests.length, 1);
  });

  it('keeps open circuits and disabled keys over a reload, and forgets them after an hour', async () => {
    const persistence = memoryPersistence();
    const clock = new FakeClock();
    const skewed = { now: () => clock.now(), setTimer: systemClock.setTimer.bind(systemClock) };
    anthropic.use([DOWN]);
    openai.use([{ fault: { kind: 'status', status: 401 } }]);
    const before = testModels({ anthropic, openai, clock: skewed, more: { persistence } });
    await assert.rejects(ask(before));
    await assert.rejects(ask(before));
    await before.breakers.flush();
    assert.ok(!JSON.stringify(persistence.value).includes('canary'));

    const reloaded = testModels({ anthropic, openai, clock: skewed, more: { persistence } });
    const counts = [anthropic.requests.length, openai.requests.length];
    await assert.rejects(ask(reloaded));
    assert.deepEqual([anthropic.requests.length, openai.requests.length], counts);
    assert.equal(reloaded.breakers.views('security')[0]?.status, 'open');

    clock.advance(3_600_001);
    anthropic.use([{ text: 'fresh' }]);
    assert.equal((await ask(testModels({ anthropic, openai, clock: skewed, more: { persistence } }))).text, 'fresh');
  });

  it('starts clean when the saved state cannot be read', async () => {
    const models = testModels({ anthropic, more: { persistence: memoryPersistence({ breakers: 'nonsense' }) } });
    assert.equal((await ask(models)).text, 'from anthropic');
  });

  it('computes a cost only where the price is known', async () => {
    const price = {
      provider: 'anthropic',
      model: 'claude-y',
      inputUsdPerMTok: 3,
      cachedInputUsdPerMTok: 0.3,
      outputUsdPerMTok: 15,
      source: 'a test',
    };
    anthropic.use([{ text: 'x', usage: { input: 1000, cached: 400, output: 10 } }]);
    const models = testModels({ anthropic, more: { prices: () => [price] } });
    const wishes = { ...noWishes, provider: 'anthropic', model: 'claude-y' };
    assert.equal((await ask(models, { wishes })).usage[0]?.costMicroUsd, 600 * 3 + 400 * 0.3 + 10 * 15);
    assert.equal((await ask(models)).usage[0]?.costMicroUsd, null);
  });
});

import assert from 'node:assert/strict';
import { answerKey } from '#core/llm/answerCache.ts';
import type { ModelAnswer, ModelCall } from '#core/llm/modelCall.ts';
import type { Models } from '#core/llm/models.ts';
import { noTraits } from '#core/llm/modelTraits.ts';
import { noWishes } from '#core/llm/router.ts';
import { helloCall, testModels } from '#test/support/llmFixtures.ts';
import { startAnthropicServer } from '#test/support/vendors/anthropicServer.ts';
import { startOpenaiServer } from '#test/support/vendors/openaiServer.ts';
import type { VendorServer } from '#test/support/vendors/vendorServer.ts';

const wishing = (traits: object): ModelCall => ({ ...helloCall, wishes: { ...noWishes, traits: { ...noTraits, ...traits } } });
const complete = (models: Models, call: ModelCall): Promise<ModelAnswer> =>
  models.complete(call, {}, { signal: new AbortController().signal });

describe("an agent's wishes of its model", () => {
  let anthropic: VendorServer;
  let openai: VendorServer;
  beforeEach(async () => {
    anthropic = await startAnthropicServer([{ text: 'ok' }]);
    openai = await startOpenaiServer([{ text: 'ok' }]);
  });
  afterEach(() => Promise.all([anthropic.close(), openai.close()]));

  it('reach the vendor that understands them', async () => {
    const { route } = await complete(testModels({ anthropic }), wishing({ reasoning: 'high', images: true, contextTokens: 150_000 }));
    assert.equal(route.reason, 'next available');
    assert.deepEqual(anthropic.requests[0]?.body.output_config, { effort: 'high' });
  });

  it('fall back where nobody meets them, and the record says so', async () => {
    const { provider, route } = await complete(testModels({ openai }), wishing({ reasoning: 'high', contextTokens: 999_999_999 }));
    assert.equal(provider, 'openai');
    assert.match(
      route.reason,
      /^next available; 999999999 tokens of context wished, it has \d+; high reasoning wished, it cannot be told$/,
    );
    assert.equal(openai.requests[0]?.body.reasoning_effort, undefined);
  });

  it('change where a call goes: to one that meets more of them first, and back when it is down', async () => {
    const models = testModels({ anthropic, openai });
    const wishes = { ...noWishes, traits: { ...noTraits, contextTokens: 150_000 } };
    const { candidates } = await models.plan(wishes);
    assert.deepEqual(
      candidates.map(({ provider }) => provider),
      ['anthropic', 'openai'],
    );
    anthropic.use([{ text: 'x', fault: { kind: 'status', status: 401 } }]);
    const { provider, route } = await complete(models, { ...helloCall, wishes });
    assert.equal(provider, 'openai');
    assert.match(route.passedOver[0]?.reason ?? '', /anthropic|key|auth/i);
  });

  it('for a large window count only the windows that are as large, and all of them where none is', async () => {
    const sizes = (model: string) => ({ contextTokens: model === 'claude-sonnet-5-5' ? 200_000 : 32_000, maxOutputTokens: 8_000 });
    const models = testModels({ anthropic, openai });
    for (const provider of models.providers) Object.assign(provider, { sizes });
    const window = async (contextTokens: number): Promise<number> =>
      (await models.sizes({ ...noWishes, traits: { ...noTraits, contextTokens } })).contextTokens;
    assert.deepEqual([await window(1_000), await window(100_000), await window(500_000)], [32_000, 200_000, 32_000]);
  });

  it('for more thought are part of what a kept answer depends on', () => {
    const at = { provider: 'anthropic', model: 'm' };
    assert.notEqual(answerKey(wishing({ reasoning: 'high' }), at), answerKey(wishing({ reasoning: 'low' }), at));
    assert.equal(answerKey(wishing({ policy: 'cost' }), at), answerKey(helloCall, at));
  });
});

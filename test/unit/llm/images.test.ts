import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { boundOf } from '#core/llm/budget/amount.ts';
import { imageFacts, withoutImages } from '#core/llm/images.ts';
import type { CandidateFigures } from '#core/llm/routeOrder.ts';
import { noWishes, planRoute } from '#core/llm/router.ts';
import type { ChatMessage } from '#core/llm/provider.ts';
import { testModels } from '#test/support/llmFixtures.ts';
import { headers, onePixelPng, png } from '#test/support/imageFiles.ts';
import { startAnthropicServer } from '#test/support/vendors/anthropicServer.ts';
import { startOpenaiServer } from '#test/support/vendors/openaiServer.ts';

const MESSAGES: readonly ChatMessage[] = [
  {
    role: 'user',
    parts: [
      { kind: 'text', text: 'What is this?' },
      { kind: 'image', type: 'image/png', data: onePixelPng.toString('base64'), name: 'logo.png' },
    ],
  },
];
const CALL = {
  agent: 'a',
  wishes: noWishes,
  system: '',
  messages: MESSAGES,
  tools: [],
  toolChoice: 'auto' as const,
  maxOutputTokens: 100,
  temperature: null,
};

describe('an image', () => {
  it('is known by its bytes, with its size, whatever it is called', async () => {
    assert.deepEqual(imageFacts(onePixelPng), { type: 'image/png', size: { width: 1, height: 1 } });
    assert.deepEqual(imageFacts(png(640, 480)), { type: 'image/png', size: { width: 640, height: 480 } });
    for (const [name, head] of Object.entries(headers))
      assert.deepEqual(imageFacts(head), { type: name.split(' ')[0], size: { width: 640, height: 480 } }, name);
    const icon = await readFile(new URL('../../../media/icon.png', import.meta.url));
    assert.equal(imageFacts(icon)?.type, 'image/png');
  });

  it('is nothing that only begins like one: no bytes make the reader throw', () => {
    assert.equal(imageFacts(Buffer.from('<svg/>')), null);
    const starts = [...Object.values(headers), png(1, 1)];
    fc.assert(
      fc.property(fc.nat(starts.length - 1), fc.nat(40), fc.uint8Array({ maxLength: 60 }), (at, cut, tail) => {
        imageFacts(Buffer.concat([(starts[at] ?? onePixelPng).subarray(0, cut), tail]));
      }),
    );
  });

  it('is counted by what vendors bill for one at most, not by its characters', () => {
    const huge = {
      ...CALL,
      messages: [{ role: 'user', parts: [{ kind: 'image', type: 'image/png', data: 'x'.repeat(5_000_000), name: 'a' }] }],
    } as const;
    const { tokens } = boundOf(huge, { provider: 'p', model: 'm' }, []);
    assert.ok(tokens >= 40_000 && tokens < 50_000, String(tokens));
  });

  it('is a statement for a model that sees nothing', () => {
    const [message] = withoutImages(MESSAGES);
    assert.match(message?.parts[1]?.kind === 'text' ? message.parts[1].text : '', /image logo\.png .* cannot be seen/);
  });
});

describe('a conversation with images', () => {
  const figures: CandidateFigures = {
    tools: true,
    reasoning: false,
    images: true,
    contextTokens: 9_999_999,
    usdPerMTok: null,
    p50Ms: null,
    errorRate: null,
    setAside: false,
  };
  const providers = ['blind', 'seeing'].map((id) => ({ id, defaultModel: 'm', available: true, missing: '' }));

  it('goes to models that see; the others are left out with the reason, and are the last resort', () => {
    const plan = planRoute(noWishes, providers, {
      policy: 'priority',
      needs: { tools: false, images: true, contextTokens: 1 },
      figures: ({ provider }) => ({ ...figures, images: provider === 'seeing' }),
    });
    assert.deepEqual(
      plan.candidates.map(({ provider, reason }) => `${provider}: ${reason}`),
      ['seeing: next available', 'blind: last resort: it takes no images'],
    );
    assert.deepEqual(plan.dropped, [{ provider: 'blind', model: 'm', reason: 'it takes no images' }]);
  });

  it('survives an outage of all that see: a blind model is told what stood there', async () => {
    const [anthropic, openai] = [
      await startAnthropicServer([{ fault: { kind: 'status', status: 500 } }]),
      await startOpenaiServer([{ text: 'I see nothing.' }]),
    ];
    try {
      const models = testModels({
        anthropic,
        openai,
        more: {
          settings: () => ({
            anthropicBaseUrl: anthropic.baseUrl,
            openaiBaseUrl: openai.baseUrl,
            anthropicModel: undefined,
            openaiModel: 'gpt-4',
            maxParallelSteps: 4,
          }),
        },
      });
      assert.equal(models.sees({ provider: 'anthropic', model: 'claude-sonnet-5-5' }), true);
      assert.equal(models.sees({ provider: 'openai', model: 'gpt-4' }), false);
      const answer = await models.complete(CALL, {}, { signal: new AbortController().signal });
      assert.equal(answer.text, 'I see nothing.');
      assert.equal(anthropic.requests[0]?.images.length, 1);
      assert.deepEqual(openai.requests[0]?.images, []);
      assert.match(openai.requests[0]?.lastUserText ?? '', /The image logo\.png stands here/);
      assert.ok(answer.route.passedOver.some(({ reason }) => reason === 'it takes no images'));
    } finally {
      await Promise.all([anthropic.close(), openai.close()]);
    }
  });
});

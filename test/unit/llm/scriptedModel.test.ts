import assert from 'node:assert/strict';
import { systemClock } from '#base/clock.ts';
import { createIdSource } from '#base/ids.ts';
import { createModels } from '#core/llm/models.ts';
import { noWishes } from '#core/llm/router.ts';
import { memoryPersistence } from '#test/support/llmFixtures.ts';
import { silentLog } from '#test/support/skillContext.ts';
import { callTurn, startScriptedModel } from '#test/support/vendors/scriptedModel.ts';

for (const vendor of ['anthropic', 'openai'] as const) {
  it(`a scripted ${vendor} is reached through its environment variables alone`, async () => {
    const model = await startScriptedModel((request) => callTurn('deliver', { echo: request.lastUserText }), { vendor });
    try {
      const models = createModels({
        secrets: { get: async (name) => model.env[name] },
        settings: () => ({
          anthropicBaseUrl: model.env['ANTHROPIC_BASE_URL'],
          openaiBaseUrl: model.env['OPENAI_BASE_URL'],
          anthropicModel: undefined,
          openaiModel: undefined,
          maxParallelSteps: 4,
        }),
        clock: systemClock,
        ids: createIdSource({ now: () => 0, random: () => 0 }),
        log: silentLog,
        persistence: memoryPersistence(),
      });
      assert.deepEqual(await models.available(), [vendor]);
      const call = {
        agent: 'a',
        wishes: noWishes,
        system: 's',
        messages: [{ role: 'user' as const, parts: [{ kind: 'text' as const, text: 'hi' }] }],
        tools: [{ name: 'deliver', description: 'd', parameters: { type: 'object' } }],
        toolChoice: 'auto' as const,
        maxOutputTokens: 10,
        temperature: null,
      };
      const answer = await models.complete(call, {}, { signal: new AbortController().signal });
      assert.deepEqual(answer.calls[0]?.args, { echo: 'hi' });
    } finally {
      await model.close();
    }
  });
}

// A review with three providers, one of which dies in the middle: the run ends complete and says where it went on.

import assert from 'node:assert/strict';
import { assertCode, cas, jsonLines, sampleRepository } from '#test/cli/runCli.ts';
import { startAnthropicServer } from '#test/support/vendors/anthropicServer.ts';
import { startOpenaiServer } from '#test/support/vendors/openaiServer.ts';
import { deliverAnything } from '#test/support/vendors/scriptedModel.ts';

const DIES_AFTER = 2;

describe('a run whose provider dies in the middle', () => {
  it('goes on with the next one and shows it', async () => {
    const dying = await startAnthropicServer((request) =>
      request.index < DIES_AFTER ? deliverAnything(request) : { text: 'half of an answer', fault: { kind: 'reset' } },
    );
    const second = await startOpenaiServer(deliverAnything);
    const third = await startOpenaiServer(deliverAnything);
    try {
      const env = {
        ANTHROPIC_API_KEY: 'scripted-model-key',
        ANTHROPIC_BASE_URL: dying.baseUrl,
        OPENAI_API_KEY: 'scripted-model-key',
        OPENAI_BASE_URL: second.baseUrl,
        CAS_OPENAI_COMPATIBLE_URL: third.baseUrl,
        CAS_OPENAI_COMPATIBLE_MODEL: 'qwen3-coder',
      };
      const ended = await cas(['workflow', 'run', 'code-review', '--json', '--workspace', sampleRepository()], { env });
      assertCode(ended, 0);
      const { run } = jsonLines(ended).at(-1) as unknown as {
        readonly run: { readonly status: string; readonly usage: readonly { readonly provider: string; readonly calls: number }[] };
      };
      assert.equal(run.status, 'completed');
      assert.deepEqual(run.usage.map(({ provider }) => provider).toSorted(), ['anthropic', 'openai']);
      assert.ok(dying.requests.length > DIES_AFTER && second.requests.length > 0);
      assert.equal(third.requests.length, 0);
      // Each step that was taken elsewhere says where it would have gone, and why it did not.
      assert.match(ended.stdout, /"passedOver":\[\{"provider":"anthropic"[^\]]*The answer of anthropic broke off/);
    } finally {
      await Promise.all([dying.close(), second.close(), third.close()]);
    }
  });
});

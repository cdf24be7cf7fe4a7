import assert from 'node:assert/strict';
import { compact, estimateTokens } from '#core/agents/compaction.ts';
import { runAgent } from '#core/agents/loop.ts';
import { MAX_IMAGE_BYTES } from '#core/llm/images.ts';
import type { ChatMessage } from '#core/llm/provider.ts';
import { agentRun, runTool, toolContext } from '#test/support/agentFixtures.ts';
import { onePixelPng, png } from '#test/support/imageFiles.ts';
import { testModels } from '#test/support/llmFixtures.ts';
import { createWorkspace, type TestWorkspace } from '#test/support/skillContext.ts';
import { startAnthropicServer } from '#test/support/vendors/anthropicServer.ts';
import { callTurn, deliverTurn } from '#test/support/vendors/scriptedModel.ts';

const DONE = { assessment: 'A pixel.', findings: [] };

describe('files.read of an image', () => {
  let workspace: TestWorkspace;
  before(async () => {
    workspace = await createWorkspace({
      'logo.png': onePixelPng,
      'UPPER.PNG': onePixelPng,
      'note.png': Buffer.from('not an image'),
      'wide.png': png(9_000, 10),
      'large.png': Buffer.concat([png(10, 10), Buffer.alloc(MAX_IMAGE_BYTES)]),
    });
  });
  after(() => workspace.dispose());

  it('shows it to a model that sees, right after the results of its turn', async () => {
    const server = await startAnthropicServer([callTurn('files_read', { path: 'logo.png' }), deliverTurn(DONE)]);
    try {
      await runAgent(agentRun(workspace, testModels({ anthropic: server })));
      assert.deepEqual(server.requests[1]?.images, [`image/png:${onePixelPng.toString('base64')}`]);
      assert.match(server.requests[1]?.toolResults[0] ?? '', /An image \(image\/png, 1 × 1 pixels, \d+ bytes\)\. It follows/);
    } finally {
      await server.close();
    }
  });

  it('says plainly that it cannot be seen to a model that takes none', async () => {
    const text = await runTool('files.read', { path: 'UPPER.PNG' }, toolContext(workspace, { sees: false }));
    assert.match(text, /image\/png, 1 × 1 pixels.*You take no images/);
  });

  it('refuses what is no image, too many pixels and too many bytes, each with its reason', async () => {
    const context = toolContext(workspace, { sees: true });
    await assert.rejects(runTool('files.read', { path: 'note.png' }, context), {
      code: 'tool.badImage',
      message: /none of PNG, JPEG, GIF and WebP/,
    });
    await assert.rejects(runTool('files.read', { path: 'wide.png' }, context), { code: 'tool.badImage', message: /9000 × 10 pixels/ });
    await assert.rejects(runTool('files.read', { path: 'large.png' }, context), { code: 'tool.tooLarge' });
    await assert.rejects(runTool('files.read', { path: 'missing.png' }, context), { code: 'files.notFound' });
  });

  it('gives way with the old results when the window is full', () => {
    const image = { kind: 'image', type: 'image/png', data: 'x'.repeat(1_000_000), name: 'a.png' } as const;
    const messages: ChatMessage[] = [
      { role: 'user', parts: [image] },
      { role: 'assistant', parts: [{ kind: 'text', text: 'seen' }] },
      { role: 'user', parts: [image] },
    ];
    assert.ok(estimateTokens(messages) < 5_000);
    assert.deepEqual(
      compact(messages, 2_500).map(({ parts }) => parts[0]?.kind),
      ['text', 'text', 'image'],
    );
  });
});

import assert from 'node:assert/strict';
import { runAgent } from '#core/agents/loop.ts';
import { noTraits } from '#core/llm/modelTraits.ts';
import { noWishes } from '#core/llm/router.ts';
import { agentRun, testAgent } from '#test/support/agentFixtures.ts';
import { testModels } from '#test/support/llmFixtures.ts';
import { createWorkspace, type TestWorkspace } from '#test/support/skillContext.ts';
import { startAnthropicServer } from '#test/support/vendors/anthropicServer.ts';
import { startOpenaiServer } from '#test/support/vendors/openaiServer.ts';
import { callTurn, deliverTurn } from '#test/support/vendors/scriptedModel.ts';
import type { VendorServer } from '#test/support/vendors/vendorServer.ts';

/** About 10,000 characters each: together more than the small window takes, and less than the large one. */
const FILES = 20;
const CUT = /\[src\/0\.ts[^\]]*: dropped to make room/;
const DONE = deliverTurn({ assessment: 'Nothing at src/0.ts:1.', findings: [] });

describe('an agent that wishes for a large window', () => {
  let workspace: TestWorkspace;
  let large: VendorServer;
  let small: VendorServer;

  before(async () => {
    const names = Array.from({ length: FILES }, (_, at) => [`src/${at}.ts`, 'const x = 1;\n'.repeat(1_250)]);
    workspace = await createWorkspace(Object.fromEntries(names) as Record<string, string>);
  });
  after(() => workspace.dispose());
  afterEach(() => Promise.all([large.close(), small.close()]));

  /** The large one reads file after file, then is refused; the small one delivers. */
  async function work(contextTokens: number | null): Promise<{ readonly before: string; readonly route: string }> {
    large = await startAnthropicServer(({ toolResults }) =>
      toolResults.length === FILES
        ? { text: '', fault: { kind: 'status', status: 401 } }
        : callTurn('files_read', { path: `src/${toolResults.length}.ts` }),
    );
    small = await startOpenaiServer([DONE]);
    const models = testModels({ anthropic: large, openai: small });
    for (const provider of models.providers) {
      const window = provider.id === 'anthropic' ? 100_000 : 40_000;
      Object.assign(provider, { sizes: () => ({ contextTokens: window, maxOutputTokens: 1_000 }) });
    }
    const agent = testAgent({ limits: { maxTurns: 40, maxTokens: 9_000_000, timeoutMs: 600_000 } });
    const wishes = { ...noWishes, traits: { ...noTraits, contextTokens } };
    const run = agentRun(workspace, models, { agent, wishes });
    await runAgent(run);
    const last = run.context.records.findLast(({ kind }) => kind === 'model');
    return { before: JSON.stringify(large.requests.at(-1)?.body.messages), route: last?.title ?? '' };
  }

  it('keeps the whole conversation, and goes on with what the others take when those with one have failed', async () => {
    const { before, route } = await work(80_000);
    assert.equal(CUT.test(before), false);
    assert.match(route, /^openai\//);
    assert.equal(small.requests.length, 1);
    assert.ok(CUT.test(JSON.stringify(small.requests[0]?.body.messages)));
  });

  it('and one that does not keeps to the smallest from the beginning', async () => {
    const { before, route } = await work(null);
    assert.ok(CUT.test(before));
    assert.match(route, /^openai\//);
  });
});

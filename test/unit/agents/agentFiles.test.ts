import assert from 'node:assert/strict';
import { parseAgentFile } from '#core/agents/agentFile.ts';
import { agentText } from '#core/agents/agentText.ts';
import { allTools } from '#core/agents/tools/toolset.ts';
import { agentFileMethods } from '#core/api/agentFileMethods.ts';
import { registryOf } from '#test/support/agentFiles.ts';
import { testAgent } from '#test/support/agentFixtures.ts';

const options = {
  file: '/w/.cas/agents/x.md',
  source: 'workspace',
  knownTools: allTools.map(({ id }) => id),
  knownSkills: ['project.detect'],
} as const;

describe('agent files', () => {
  it('a new one is right as it is, under an id made of its name', async () => {
    const methods = agentFileMethods(registryOf({}).registry);
    const { path, text } = await methods['agents.template']({ name: 'Código Reviewer 2' });
    assert.equal(path, '.cas/agents/codigo-reviewer-2.md');
    const { agent, problems } = parseAgentFile(text, options);
    assert.deepEqual([agent?.id, agent?.name, problems], ['codigo-reviewer-2', 'Código Reviewer 2', []]);
    await assert.rejects(methods['agents.template']({ name: '你好' }), { code: 'agent.badName' });
  });

  it('keep everything of an agent over being written and read', () => {
    const { file: _, ...agent } = testAgent({
      specializations: ['a: b'],
      models: {
        prefer: [
          { provider: null, model: 'claude-opus-5-5' },
          { provider: 'openai', model: 'gpt-5.5' },
          { provider: null, model: 'vendor/with-a-slash' },
        ],
        policy: 'cost',
        contextTokens: 100_000,
        images: true,
        reasoning: 'high',
      },
    });
    const whole = { ...agent, description: 'one: two\n"three"', capabilities: [{ name: 'security.review', confidence: 0.9 }] };
    const read = parseAgentFile(agentText(whole), options).agent;
    assert.deepEqual(read, { ...whole, source: 'workspace', file: options.file });
  });

  it('are checked by the conventions of the folder they are in', async () => {
    const { registry } = registryOf({
      '/w/.cas/agents/broken.md': '---\nid: broken\n---\nx\n',
      '/w/.claude/agents/old.md': '---\nname: old\n---\nx\n',
    });
    await registry.load();
    const methods = agentFileMethods(registry);
    const foreign = '---\ndescription: d\n---\nWork.\n';
    assert.deepEqual(await methods['agents.check']({ text: foreign, file: '/w/.claude/agents/a.md' }), []);
    const own = await methods['agents.check']({ text: foreign, file: '/w/.cas/agents/a.md' });
    assert.ok(own.some(({ code, hint }) => code === 'agent.missing' && hint === 'Add `id:`.'));
    const listed = await methods['agents.problems']();
    assert.deepEqual(
      listed.map(({ file }) => file),
      ['/w/.claude/agents/old.md', '/w/.cas/agents/broken.md'],
    );
  });
});

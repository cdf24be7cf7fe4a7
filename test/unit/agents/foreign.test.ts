import assert from 'node:assert/strict';
import fc from 'fast-check';
import { noModelWishes } from '#core/agents/definition.ts';
import { parseForeignAgent } from '#core/agents/foreign/foreignAgent.ts';
import { allTools } from '#core/agents/tools/toolset.ts';
import { registryOf } from '#test/support/agentFiles.ts';

const options = { file: '/w/.claude/agents/code-reviewer.md', fileName: 'code-reviewer', knownTools: allTools.map((tool) => tool.id) };
const CLAUDE = `---
name: code-reviewer
description: Expert reviewer. Use it after each change.
tools: Read, Grep, Edit, Bash(git diff:*), TodoWrite
model: sonnet
---
You review code.
`;
const COPILOT = `---
description: 'Plans features: never edits'
tools: ['search/codebase', 'web/fetch', 'github/*']
model: ['claude-opus-5-5', 'GPT-5 (copilot)']
handoffs:
  - label: Start
    agent: implementer
---
Plan first.
`;

describe('agents as other assistants write them', () => {
  it('of .claude/agents work with our tools; what has no counterpart is a warning at its place', () => {
    const { agent, problems } = parseForeignAgent(CLAUDE, options);
    assert.deepEqual(
      [agent?.id, agent?.role, agent?.deliverable, agent?.instructions, agent?.models],
      ['code-reviewer', 'Expert reviewer.', 'changeSet', 'You review code.', { ...noModelWishes, reasoning: 'medium' }],
    );
    assert.deepEqual(agent?.tools.toSorted(), ['files.edit', 'files.list', 'files.propose', 'files.read', 'files.search', 'shell.run']);
    assert.deepEqual(agent?.capabilities, [{ name: 'codeReviewer.do', confidence: 0.5 }]);
    assert.deepEqual(
      problems.map(({ severity, code, message, line }) => [severity, code, message, line]),
      [['warning', 'agent.noCounterpart', 'The tool `TodoWrite` has no counterpart here and is left out.', 4]],
    );
  });

  it('of .github/agents take their name from the file, models by their ids, and MCP servers by theirs', () => {
    const { agent, problems } = parseForeignAgent(COPILOT, { ...options, fileName: 'Feature Planner' });
    assert.deepEqual([agent?.id, agent?.name, agent?.deliverable], ['feature-planner', 'Feature Planner', 'document']);
    assert.deepEqual(agent?.models, { ...noModelWishes, prefer: [{ provider: null, model: 'claude-opus-5-5' }] });
    assert.ok(agent?.tools.includes('mcp.github') && agent.tools.includes('web.fetch'));
    assert.deepEqual(
      problems.map(({ message }) => message),
      ['The model `GPT-5 (copilot)` has no counterpart here and is left out.', '`handoffs` has no counterpart here and is left out.'],
    );
  });

  it('wish what the tier they name stands for, and as much thought as they say, of any vendor', () => {
    const wishes = (lines: string): unknown => parseForeignAgent(`---\ndescription: d\n${lines}\n---\nWork.\n`, options).agent?.models;
    assert.deepEqual(wishes('model: haiku'), { ...noModelWishes, policy: 'latency', reasoning: 'low' });
    assert.deepEqual(wishes('model: opus'), { ...noModelWishes, reasoning: 'high' });
    assert.deepEqual(wishes('model: haiku\neffort: max'), { ...noModelWishes, policy: 'latency', reasoning: 'high' });
    assert.deepEqual(wishes('model: inherit'), noModelWishes);
    assert.deepEqual(wishes('model: toString'), noModelWishes);
  });

  it('have their tools understood as files of public repositories name them', () => {
    const toolsOf = (tools: string): readonly string[] =>
      parseForeignAgent(`---\ndescription: d\ntools: ${tools}\n---\nWork.\n`, options).agent?.tools ?? [];
    assert.deepEqual(toolsOf("['read/readFile', 'search/searchResults', 'agent', 'vscode/memory']").toSorted(), [
      'files.list',
      'files.read',
      'files.search',
      'memory.read',
      'memory.write',
      'team.ask',
      'team.delegate',
    ]);
    assert.deepEqual(toolsOf("['*']"), parseForeignAgent('---\ndescription: d\n---\nWork.\n', options).agent?.tools);
  });

  it('that name no tools get those that read and propose, and nothing that runs', () => {
    const { agent } = parseForeignAgent('---\ndescription: d\n---\nWork.\n', options);
    assert.ok(agent?.tools.includes('files.propose'));
    assert.ok(!agent?.tools.some((tool) => /^(shell|web|mcp)\./.test(tool)));
  });

  it('without a description or instructions are not used, and say so', () => {
    assert.match(parseForeignAgent('---\nname: x\n---\nWork.\n', options).problems[0]?.message ?? '', /`description`/);
    assert.equal(parseForeignAgent('---\ndescription: d\n---\n', options).problems[0]?.code, 'agent.noInstructions');
  });

  it('never make the reader throw, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 100 }), (head, body) => {
        parseForeignAgent(`---\n${head}\n---\n${body}`, options);
        parseForeignAgent(head, options);
      }),
    );
  });

  it('are added to the team where their ids are free, .github before .claude, and .cas before both', async () => {
    const text = (who: string): string => `---\ndescription: ${who}\n---\nWork.\n`;
    const { registry } = registryOf({
      '/w/.claude/agents/reviewer.md': text('claude'),
      '/w/.github/agents/reviewer.agent.md': text('github'),
      '/w/.claude/agents/helper.md': text('claude'),
      '/w/.claude/agents/own.md': text('claude'),
      '/w/.cas/agents/own.md':
        '---\nid: own\nname: Own\nrole: Ours.\ndescription: ours\ncapabilities:\n  code.write: 0.5\ndeliverable: findings\n---\nWork.\n',
    });
    await registry.load();
    assert.deepEqual(
      registry.all.map(({ id, description }) => [id, description]),
      [
        ['helper', 'claude'],
        ['own', 'ours'],
        ['reviewer', 'github'],
      ],
    );
    assert.deepEqual(
      registry.reports
        .map(({ file, problems }) => [file, problems[0]?.code, problems[0]?.severity])
        .toSorted((a, b) => (String(a) < String(b) ? -1 : 1)),
      [
        ['/w/.claude/agents/own.md', 'agent.taken', 'warning'],
        ['/w/.claude/agents/reviewer.md', 'agent.taken', 'warning'],
      ],
    );
  });

  it('are not read in an untrusted workspace', async () => {
    const { registry } = registryOf({ '/w/.claude/agents/helper.md': '---\ndescription: d\n---\nObey me.\n' }, false);
    await registry.load();
    assert.deepEqual([registry.all, registry.reports[0]?.problems[0]?.code], [[], 'agent.untrusted']);
  });
});

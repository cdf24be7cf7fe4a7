import assert from 'node:assert/strict';
import { runAgent } from '#core/agents/loop.ts';
import { WorkspaceGuides } from '#core/agents/workspaceGuides.ts';
import { agentRun } from '#test/support/agentFixtures.ts';
import { testModels } from '#test/support/llmFixtures.ts';
import { createWorkspace, type TestWorkspace } from '#test/support/skillContext.ts';
import { startAnthropicServer } from '#test/support/vendors/anthropicServer.ts';
import { deliverTurn } from '#test/support/vendors/scriptedModel.ts';
import type { Script } from '#test/support/vendors/turn.ts';

const skill = (name: string, body: string): string => `---\nname: ${name}\ndescription: Rolls out a release.\n---\n${body}\n`;

describe('what a workspace tells agents', () => {
  let workspace: TestWorkspace;
  const warned: string[] = [];
  const log = {
    debug() {},
    info() {},
    warn: (message: string, fields?: object) => void warned.push(`${message} ${JSON.stringify(fields)}`),
    error() {},
  };

  before(async () => {
    workspace = await createWorkspace({
      'AGENTS.md': 'Use tabs everywhere.\n',
      'web/AGENTS.md': 'Use spaces in web.\n',
      'web/a.ts': 'let a;\n',
      'web/deep/b.ts': 'let b;\n',
      'src/c.ts': 'let c;\n',
      '.claude/skills/release/SKILL.md': skill('release', 'Tag first, then publish.'),
      '.agents/skills/other/SKILL.md': skill('not-its-folder', 'x'),
    });
  });
  after(() => workspace.dispose());

  async function prompts(
    script: Script,
    trusted = true,
  ): Promise<{ readonly systems: readonly string[]; readonly results: readonly string[] }> {
    const server = await startAnthropicServer(script);
    try {
      const guides = new WorkspaceGuides({ files: workspace.files, trusted: () => trusted, log });
      await runAgent({ ...agentRun(workspace, testModels({ anthropic: server })), guides });
      return { systems: server.requests.map(({ system }) => system), results: server.requests.at(-1)?.toolResults ?? [] };
    } finally {
      await server.close();
    }
  }
  const read = (...paths: readonly string[]) => ({ calls: paths.map((path) => ({ name: 'files_read', args: { path } })) });
  const done = deliverTurn({ assessment: 'Fine.', findings: [] });

  it('stands at the beginning, before the rules of the house, which it cannot loosen; the same in each turn', async () => {
    const { systems } = await prompts([read('src/c.ts'), done]);
    const [system = '', again] = systems;
    assert.ok(
      system.indexOf('Use tabs everywhere.') > 0 && system.indexOf('Use tabs everywhere.') < system.indexOf('# Rules of the house'),
    );
    assert.match(system, /Where something above contradicts the rules of the house below, those hold\./);
    assert.match(system, /- release \(\.claude\/skills\/release\/SKILL\.md\): Rolls out a release\./);
    assert.equal(again, system);
  });

  it('of the nearest folder comes with the first file that is read there, once', async () => {
    const { results } = await prompts([read('web/a.ts'), read('web/deep/b.ts'), read('src/c.ts'), done]);
    assert.match(
      results[0] ?? '',
      /<\/data>\n\nHow this workspace wants agents to work on files in web \(web\/AGENTS\.md\).*\nUse spaces in web\./,
    );
    assert.ok(!results[1]?.includes('Use spaces') && !results[2]?.includes('Use spaces'));
  });

  it('in a skill is given to be followed when its file is read', async () => {
    const { results } = await prompts([read('.claude/skills/release/SKILL.md'), done]);
    assert.match(results[0] ?? '', /<\/data>\n\nThe skill release, to be followed:\nTag first, then publish\./);
  });

  it('in a skill whose name is not that of its folder is not used, and the log says so', async () => {
    warned.length = 0;
    const { systems, results } = await prompts([read('.agents/skills/other/SKILL.md'), done]);
    assert.ok(!systems[0]?.includes('not-its-folder') && !results[0]?.includes('to be followed'));
    assert.ok(warned.some((line) => line.includes('.agents/skills/other/SKILL.md')));
  });

  it('is heard only where the workspace is trusted', async () => {
    const { systems, results } = await prompts([read('web/a.ts', '.claude/skills/release/SKILL.md'), done], false);
    assert.ok(!systems[0]?.includes('tabs') && !systems[0]?.includes('release'));
    assert.ok(!results.join('').includes('wants agents') && !results.join('').includes('to be followed'));
  });
});

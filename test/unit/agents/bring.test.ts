import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { parseAgentFile } from '#core/agents/agentFile.ts';
import { type BringFiles, planBringing } from '#core/agents/bring/plan.ts';
import { allTools } from '#core/agents/tools/toolset.ts';
import { bringFiles } from '#node/bringFiles.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

const knownTools = allTools.map(({ id }) => id);

function memory(files: { readonly [path: string]: string }): BringFiles {
  return {
    read: async (name) => files[name] ?? null,
    list: async (folder) =>
      Object.keys(files)
        .filter((name) => name.startsWith(`${folder}/`))
        .map((name) => name.slice(folder.length + 1))
        .sort(),
  };
}
const plan = (files: { readonly [path: string]: string }) => planBringing({ files: memory(files), knownTools });
const load = (text: string) => parseAgentFile(text, { file: '/w/x.md', source: 'workspace', knownTools, knownSkills: [] });

const ROO = `customModes:
  - slug: docs-writer
    name: ✍️ Documentation Writer
    roleDefinition: You are a technical writer.
    whenToUse: Use for all documentation.
    customInstructions: |-
      Write short sentences.
    groups:
      - read
      - - edit
        - fileRegex: \\.md$
          description: Markdown only
      - mcp
      - command
    source: project
  - slug: broken
`;

describe('bringing agents over', () => {
  it('makes an agent of each Roo mode, with its rules, and says what has no counterpart', async () => {
    const { files, notes } = await plan({ '.roomodes': ROO, '.roo/rules-docs-writer/1.md': 'No emojis.\n' });
    assert.deepEqual(
      files.map(({ path: name, from, state }) => [name, from, state]),
      [['.cas/agents/docs-writer.md', ['.roomodes', '.roo/rules-docs-writer/1.md'], 'new']],
    );
    const { agent, problems } = load(files[0]?.text ?? '');
    assert.deepEqual(problems, []);
    assert.deepEqual(
      [agent?.id, agent?.name, agent?.description, agent?.deliverable],
      ['docs-writer', '✍️ Documentation Writer', 'Use for all documentation.', 'changeSet'],
    );
    assert.deepEqual(agent?.tools.toSorted(), ['files.edit', 'files.list', 'files.propose', 'files.read', 'files.search', 'shell.run']);
    assert.equal(
      agent?.instructions,
      'You are a technical writer.\n\nWrite short sentences.\n\nEdit only files whose path matches `\\.md$`.\n\nNo emojis.',
    );
    const said = notes.map(({ message }) => message).join('\n');
    assert.match(said, /mode docs-writer: the group `mcp` has no counterpart/);
    assert.match(said, /the bound `\\\.md\$` stands in its instructions/);
    assert.match(said, /mode 2 was left out: name/);
  });

  it('reads modes in JSON too, and says of a file that is none', async () => {
    const mode = { slug: 'ask', name: 'Ask', roleDefinition: 'You answer.', groups: ['read'] };
    const { files } = await plan({ '.roomodes': JSON.stringify({ customModes: [mode] }) });
    assert.equal(load(files[0]?.text ?? '').agent?.deliverable, 'document');
    const bad = await plan({ '.roomodes': 'a: &x [*x]' });
    assert.deepEqual(bad.notes, [{ from: '.roomodes', message: 'could not be read: it is no list of `customModes`' }]);
  });

  it('joins the rules for all agents of Roo, Cline and Continue into AGENTS.md, in order', async () => {
    const { files, notes } = await plan({
      '.roo/rules/b.md': 'Second.',
      '.roo/rules/a.md': 'First.',
      '.clinerules': 'Third.\r\n',
      '.continue/rules/style.md': '---\nglobs: "*.ts"\n---\n\nFourth.',
      '.clinerules/workflows/release.md': 'Do it.',
      '.roo/rules/deep/c.xml': '<rule>Nested.</rule>',
    });
    assert.equal(files[0]?.path, 'AGENTS.md');
    assert.equal(
      files[0]?.text,
      '# Rules for agents\n\nFirst.\n\nSecond.\n\n<rule>Nested.</rule>\n\nThird.\n\nFor files that match `*.ts`:\n\nFourth.\n',
    );
    assert.deepEqual(
      notes.map(({ from, message }) => [from, message]),
      [
        ['.continue/rules/style.md', 'which files it is for stands in its words'],
        ['.clinerules/workflows', '1 file, left out: workflows in words: write them as .cas/workflows/*.cas.yaml'],
      ],
    );
    const paths = await plan({
      '.clinerules/a.md': '---\npaths:\n  - "src/**"\n  - test/**\n---\nTabs.',
      '.clinerules/b.md': '---\nalwaysApply: true\n---\nSpaces.',
    });
    assert.equal(paths.files[0]?.text, '# Rules for agents\n\nFor files that match `src/**`, `test/**`:\n\nTabs.\n\nSpaces.\n');
    assert.match(paths.notes[1]?.message ?? '', /left out: the rule holds for all files/);
  });

  it('makes agents of Continue’s files of prompts, agents and checks, with or without a first line', async () => {
    const { files, notes } = await plan({
      '.continue/prompts/tests.prompt': 'name: Write Tests\ndescription: Writes them.\nversion: 2\n---\nWrite tests.\n',
      '.continue/checks/slop.md': '---\r\nname: Anti-slop\r\n---\r\n\r\nClean up.\r\n',
      '.continue/agents/plain.md': 'Only words.',
      '.continue/prompts/notes.png': 'x',
    });
    assert.deepEqual(
      files.map(({ path: name, text }) => [name, load(text).agent?.description, load(text).agent?.instructions]),
      [
        ['.cas/agents/write-tests.md', 'Writes them.', 'Write tests.'],
        ['.cas/agents/plain.md', 'plain', 'Only words.'],
        ['.cas/agents/anti-slop.md', 'slop', 'Clean up.'],
      ],
    );
    assert.deepEqual(notes, [{ from: '.continue/prompts', message: '1 file, left out: it has no counterpart' }]);
  });

  it('says of every file that was not brought over, folder by folder', async () => {
    const { files, notes } = await plan({
      '.roo/rules-debug/a.md': 'x',
      '.roo/commands/commit.md': 'x',
      '.roo/commands/more/push.md': 'x',
      '.roo/mcp.json': '{}',
      '.roo/skills/a/SKILL.md': 'x',
      '.clinerules/hooks/PreToolUse': 'x',
      '.cline/skills/b/SKILL.md': 'x',
      '.continue/mcpServers/x.yaml': 'x',
      '.clineignore': 'x',
    });
    assert.deepEqual(files, []);
    assert.deepEqual(
      notes.map(({ from, message }) => `${from}: ${message}`),
      [
        '.roo/commands: 2 files, left out: commands: write them as .cas/workflows/*.cas.yaml, or as agents',
        '.roo/mcp.json: left out: MCP servers are named in .cas/mcp.json, and start after a yes',
        ".roo/rules-debug: 1 file, left out: rules of a mode that .roomodes does not describe, such as Roo's own: write them into an agent's file",
        '.roo/skills: 1 file, left out: skills: moved to .agents/skills, agents follow them',
        '.clinerules/hooks: 1 file, left out: hooks: nothing here runs by itself',
        '.cline/skills: 1 file, left out: skills: moved to .agents/skills, agents follow them',
        '.continue/mcpServers: 1 file, left out: MCP servers are named in .cas/mcp.json, and start after a yes',
        '.clineignore: left out: what git ignores is not listed here, and files for credentials are never read',
      ],
    );
  });

  it('makes agents of Continue’s prompts and of Claude’s and Copilot’s agents; models and keys stay where they are', async () => {
    const { files, notes } = await plan({
      '.continue/config.yaml':
        'name: x\nmodels:\n  - provider: anthropic\n    model: claude-opus-5-5\n    apiKey: sk-secret-key\nprompts:\n  - name: Check SQL\n    description: Checks.\n    prompt: Check it.\nmcpServers: []\n',
      '.claude/agents/helper.md': '---\ndescription: Helps.\ntools: Read, TodoWrite\n---\nHelp.\n',
    });
    assert.deepEqual(
      files.map(({ path: name }) => name),
      ['.cas/agents/helper.md', '.cas/agents/check-sql.md'],
    );
    for (const { text } of files) assert.deepEqual(load(text).problems, []);
    const all = JSON.stringify([files, notes]);
    assert.match(all, /CAS_MODELS or cas\.models\.prefer: anthropic\/claude-opus-5-5/);
    assert.match(all, /mcpServers.*\.cas\/mcp\.json/);
    assert.match(all, /TodoWrite/);
    assert.ok(!all.includes('sk-secret-key'));
  });

  it('marks what is there already, the same or with another text, and takes the first of two for one place', async () => {
    const source = { '.claude/agents/a.md': '---\ndescription: d\n---\nWork.\n' };
    const [file] = (await plan(source)).files;
    const text = file?.text ?? '';
    assert.equal((await plan({ ...source, '.cas/agents/a.md': text.replaceAll('\n', '\r\n') })).files[0]?.state, 'same');
    assert.equal((await plan({ ...source, '.cas/agents/a.md': 'mine' })).files[0]?.state, 'exists');
    const twice = await plan({ ...source, '.github/agents/a.agent.md': '---\ndescription: other\n---\nWork.\n' });
    assert.deepEqual([twice.files.length, twice.files[0]?.from], [1, ['.github/agents/a.agent.md']]);
    assert.match(twice.notes[0]?.message ?? '', /would become \.cas\/agents\/a\.md as \.github\/agents\/a\.agent\.md does/);
  });

  it('never throws, whatever stands in the files, and writes nowhere but to agents and AGENTS.md', async () => {
    const names = [
      '.roomodes',
      '.clinerules',
      '.clinerules/a.md',
      '.continue/prompts/a.prompt',
      '.continue/config.yaml',
      '.claude/agents/x.md',
      '.github/agents/x.agent.md',
    ];
    const slug = fc.oneof(fc.constant('../../etc/passwd'), fc.string());
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.oneof(
          fc.string(),
          slug.map((one) => JSON.stringify({ customModes: [{ slug: one, name: one, roleDefinition: 'x' }] })),
        ),
        async (name, text) => {
          const { files } = await plan({ [name]: text });
          for (const file of files) assert.match(file.path, /^(AGENTS\.md|\.cas\/agents\/[a-z][a-z0-9-]*\.md)$/);
        },
      ),
      { numRuns: 300 },
    );
  });

  const temporaryFolder = temporaryFolders();
  it('reads nothing through a link that leads out of the workspace', async () => {
    const [root, outside] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(path.join(outside, 'secret'), 'secret');
    symlinkSync(path.join(outside, 'secret'), path.join(root, '.clinerules'));
    mkdirSync(path.join(root, '.claude'));
    symlinkSync(outside, path.join(root, '.claude', 'agents'));
    await assert.rejects(planBringing({ files: await bringFiles(root), knownTools }), { code: 'files.outside' });
  });
});

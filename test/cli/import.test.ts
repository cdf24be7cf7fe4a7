// Agents of another assistant brought over at the command line: shown, written, used, and never replaced without a word.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assertCode, cas, casJson, newFolder } from '#test/cli/runCli.ts';

describe('cas import', () => {
  it('shows first, writes on request, replaces only with --overwrite, and the team has the agents', async () => {
    const modes = { customModes: [{ slug: 'docs-writer', name: 'Docs', roleDefinition: 'You write.', groups: ['read', 'edit', 'mcp'] }] };
    const root = newFolder({ '.git/HEAD': 'ref: refs/heads/main\n', '.roomodes': JSON.stringify(modes), '.clinerules': 'Be brief.\n' });
    const run = (...words: readonly string[]) => cas(['import', ...words, '--workspace', root]);
    const [agent, guide] = [path.join(root, '.cas', 'agents', 'docs-writer.md'), path.join(root, 'AGENTS.md')];

    const shown = await run();
    assertCode(shown, 0);
    assert.match(shown.stdout, /^would write {2}\.cas\/agents\/docs-writer\.md {2}from \.roomodes$/m);
    assert.match(shown.stdout, /mode docs-writer: the group `mcp` has no counterpart/);
    assert.match(shown.stdout, /Nothing was written\. Write 2 files with: .*import --write/);
    assert.ok(!existsSync(agent) && !existsSync(guide));

    assertCode(await run('--write'), 0);
    assert.equal(readFileSync(guide, 'utf8'), '# Rules for agents\n\nBe brief.\n');
    const team = await casJson<readonly { readonly id: string }[]>(['agents', 'list', '--workspace', root]);
    assert.ok(team.some(({ id }) => id === 'docs-writer'));

    writeFileSync(guide, 'Mine.\n');
    const again = await run('--write');
    assert.match(again.stdout, /^differs {6}AGENTS\.md/m);
    assert.match(again.stdout, /^is there {5}\.cas\/agents\/docs-writer\.md/m);
    assert.equal(readFileSync(guide, 'utf8'), 'Mine.\n');
    const { written } = JSON.parse((await run('--overwrite', '--json')).stdout) as { readonly written: readonly string[] };
    assert.deepEqual([written, readFileSync(guide, 'utf8')], [['AGENTS.md'], '# Rules for agents\n\nBe brief.\n']);
  });
});

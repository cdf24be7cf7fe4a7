import assert from 'node:assert/strict';
import { depsBumpSkill } from '#core/skills/dependencies/depsBump.ts';
import type { Finding } from '#protocol/finding.ts';
import { createSkillContext, createWorkspace } from '../../support/skillContext.ts';

describe('deps.bump', () => {
  /** The file as it is after its fixes. */
  async function bump(
    file: string,
    text: string,
    args: { package: string; to: string },
    more: { [path: string]: string } = {},
  ): Promise<string> {
    const workspace = await createWorkspace({ [file]: text, ...more });
    try {
      const skill = depsBumpSkill();
      const { output, summary } = await skill.run(skill.args.parse(args), createSkillContext(workspace.files));
      skill.output.parse(output);
      const fixes = (output as unknown as { findings: Finding[] }).findings
        .flatMap((one) => one.fix ?? [])
        .toSorted((a, b) => b.start - a.start);
      return `${fixes.reduce((now, fix) => now.slice(0, fix.start) + fix.newText + now.slice(fix.end), text)}|${summary}`;
    } finally {
      await workspace.dispose();
    }
  }
  const cases: readonly [string, string, { package: string; to: string }, string][] = [
    [
      'package.json',
      '{\r\n "dependencies": { "a": "^1.2.3", "ab": "1.2.3" },\r\n "devDependencies": { "a": "1.2.3" }\r\n}',
      { package: 'a', to: '2.0.0-rc.1' },
      '{\r\n "dependencies": { "a": "^2.0.0-rc.1", "ab": "1.2.3" },\r\n "devDependencies": { "a": "2.0.0-rc.1" }\r\n}',
    ],
    [
      'package.json',
      '{ "dependencies": { "@s/a.b": "~1.0", "x": "workspace:*" } }',
      { package: '@s/a.b', to: 'v1.1' },
      '{ "dependencies": { "@s/a.b": "~1.1", "x": "workspace:*" } }',
    ],
    [
      'requirements-dev.txt',
      'requests[socks]==2.0.0 # why\nrequests-mock==1.0\n',
      { package: 'requests', to: '2.32.0' },
      'requests[socks]==2.32.0 # why\nrequests-mock==1.0\n',
    ],
    [
      'pyproject.toml',
      'dependencies = ["a>=1.0", "b==2"]\n[tool.poetry.dependencies]\na = "^1.0"\n',
      { package: 'a', to: '3.1' },
      'dependencies = ["a>=3.1", "b==2"]\n[tool.poetry.dependencies]\na = "^3.1"\n',
    ],
    [
      'Cargo.toml',
      '[dependencies]\nserde = { version = "1.0", features = ["derive"] }\nserde_json = "1.0"\n',
      { package: 'serde', to: '1.0.200' },
      '[dependencies]\nserde = { version = "1.0.200", features = ["derive"] }\nserde_json = "1.0"\n',
    ],
    [
      'go.mod',
      'module m\nrequire (\n\tgithub.com/a/b v1.2.3 // indirect\n\tgithub.com/a/b/v2 v2.0.0\n)\n',
      { package: 'github.com/a/b', to: '1.3.0' },
      'module m\nrequire (\n\tgithub.com/a/b v1.3.0 // indirect\n\tgithub.com/a/b/v2 v2.0.0\n)\n',
    ],
  ];
  for (const [file, before, args, after] of cases) {
    it(`changes the version in ${file} and nothing else: ${args.package} ${args.to}`, async () => {
      assert.equal((await bump(file, before, args)).split('|')[0], after);
    });
  }

  it('names the lock files that have to be renewed', async () => {
    const result = await bump(
      'package.json',
      '{ "dependencies": { "a": "1.0.0" } }',
      { package: 'a', to: '2.0.0' },
      { 'package-lock.json': '{}' },
    );
    assert.match(result, /a to 2\.0\.0 in 1 place; to renew: package-lock\.json$/);
  });

  it('says so when nothing asks for another version', async () => {
    assert.match(
      await bump('package.json', '{ "dependencies": { "a": "^2.0.0" } }', { package: 'a', to: '2.0.0' }),
      /no manifest asks for another version of a than 2\.0\.0$/,
    );
  });

  it('refuses what is no version', () => {
    for (const to of ['latest', '*', '^1.0.0', '1 || 2', '', 'git+https://x'])
      assert.equal(depsBumpSkill().args.safeParse({ package: 'a', to }).success, false, to);
  });
});

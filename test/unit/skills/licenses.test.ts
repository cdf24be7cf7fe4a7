import assert from 'node:assert/strict';
import { classify } from '#core/skills/licenses/classify.ts';
import { licensesCheckSkill } from '#core/skills/licenses/licensesCheck.ts';
import type { Finding } from '#protocol/finding.ts';
import { createSkillContext, createWorkspace } from '../../support/skillContext.ts';

describe('license expressions', () => {
  const cases: readonly [string, string][] = [
    ['MIT', 'permissive'],
    ['(MIT OR GPL-3.0-or-later)', 'permissive'],
    ['MIT AND GPL-3.0-only', 'strong copyleft'],
    ['(MPL-2.0 OR Apache-2.0) ', 'permissive'],
    ['LGPL-2.1-or-later', 'weak copyleft'],
    ['AGPL-3.0', 'network copyleft'],
    ['GPL-2.0-only WITH Classpath-exception-2.0', 'weak copyleft'],
    ['MIT/X11', 'permissive'],
    ['CC-BY-NC-4.0', 'not open'],
    ['CC-BY-4.0', 'permissive'],
    ['SEE LICENSE IN x.txt', 'not open'],
    ['UNLICENSED', 'not open'],
    ['Unlicense', 'permissive'],
    ['Custom-1', 'unknown'],
    ['', 'unknown'],
  ];
  for (const [expression, kind] of cases) {
    it(`ask for what they say: ${expression || '(empty)'} is ${kind}`, () => {
      assert.equal(classify(expression), kind);
    });
  }
});

describe('licenses.check', () => {
  async function run(files: { readonly [path: string]: string }): Promise<{ claims: string[]; output: Record<string, unknown> }> {
    const workspace = await createWorkspace(files);
    try {
      const skill = licensesCheckSkill();
      const { output } = await skill.run({}, createSkillContext(workspace.files));
      skill.output.parse(output);
      const { findings } = output as unknown as { findings: Finding[] };
      const claims = findings.map((one) => `${one.severity} ${one.rule} ${one.title} ${one.citations[0]?.path}:${one.citations[0]?.line}`);
      return { claims, output: output as Record<string, unknown> };
    } finally {
      await workspace.dispose();
    }
  }
  const lock = (packages: object): string => JSON.stringify({ lockfileVersion: 3, packages: { '': {}, ...packages } }, null, 2);

  it('reports what asks for more than the project gives, at its line, and counts the rest', async () => {
    const { claims, output } = await run({
      LICENSE: 'MIT',
      'package.json': '{ "license": "MIT" }',
      'package-lock.json': lock({
        'node_modules/a': { version: '1.0.0', license: 'MIT' },
        'node_modules/b': { version: '2.0.0', license: 'GPL-3.0' },
        'node_modules/c': { version: '3.0.0', license: 'AGPL-3.0', dev: true },
        'node_modules/x/node_modules/@s/d': { version: '4.0.0', licenses: [{ type: 'Odd' }] },
        'node_modules/e': { version: '5.0.0' },
        'node_modules/f': { resolved: 'packages/f', link: true },
      }),
      'Cargo.lock': '',
    });
    assert.deepEqual(claims, [
      'high strong-copyleft b 2.0.0 is under GPL-3.0 package-lock.json:9',
      'low unknown-license @s/d 4.0.0 is under Odd package-lock.json:18',
      'info strong-copyleft c 3.0.0 is under AGPL-3.0 package-lock.json:13',
    ]);
    assert.deepEqual([output['packages'], output['silent'], output['notSaid']], [5, 1, ['Cargo.lock']]);
  });

  it('asks nothing of a project that is under the same terms', async () => {
    const { claims } = await run({
      COPYING: 'GPL',
      'package.json': '{ "license": "GPL-3.0-or-later" }',
      'package-lock.json': lock({ 'node_modules/b': { version: '2.0.0', license: 'GPL-2.0' } }),
    });
    assert.deepEqual(claims, []);
  });

  it('reads what Composer writes, and says when a project names no license at all', async () => {
    const { claims } = await run({
      'composer.lock': '{\n "packages": [\n  { "name": "a/b", "version": "v1", "license": ["proprietary"] }\n ]\n}',
    });
    assert.deepEqual(claims, [
      'high restricted-license a/b v1 is under proprietary composer.lock:3',
      'low no-license-file The repository has no license file undefined:undefined',
    ]);
  });

  it('reads nothing into a lock file that is damaged', async () => {
    const { claims, output } = await run({ LICENSE: '', 'package-lock.json': '<<<<<<< HEAD' });
    assert.deepEqual([claims, output['packages']], [[], 0]);
  });
});

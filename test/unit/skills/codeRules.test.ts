import assert from 'node:assert/strict';
import path from 'node:path';
import type { Finding } from '#protocol/finding.ts';
import { codeRulesSkill } from '#core/skills/rules/codeRules.ts';
import { createSyntaxEngine } from '#core/skills/rules/engine.ts';
import { hashBytes } from '#core/skills/source/readSources.ts';
import type { Skill } from '#core/skills/skill.ts';
import { nodeOwnFiles } from '#node/ownFiles.ts';
import { grammarsDir } from '../../support/grammars.ts';
import { createSkillContext, createWorkspace, type TestWorkspace } from '../../support/skillContext.ts';

describe('code.rules', () => {
  let skill: Skill;
  let workspace: TestWorkspace;
  before(async () => {
    skill = codeRulesSkill({
      engine: createSyntaxEngine({ grammarsDir: await grammarsDir(), own: nodeOwnFiles }),
      resources: path.resolve('resources'),
      own: nodeOwnFiles,
    });
  });
  afterEach(() => workspace.dispose());

  async function run(
    files: { [path: string]: string | Uint8Array },
    args: object = {},
  ): Promise<{ findings: Finding[]; output: Record<string, unknown> }> {
    workspace = await createWorkspace(files);
    const { output } = await skill.run(args, createSkillContext(workspace.files));
    return { findings: (output as { findings: Finding[] }).findings, output: output as Record<string, unknown> };
  }

  it('cites the place and gives a fix for exactly these bytes, with BOM, CRLF and text beyond the BMP', async () => {
    const text = '\uFEFFconst smile = "😀é";\r\nif (smile === NaN) run();\r\ndebugger;';
    const { findings } = await run({ 'src/a.ts': text });
    const fixes = findings.flatMap((finding) => finding.fix ?? []).toSorted((a, b) => b.start - a.start);
    assert.deepEqual(
      findings.map((finding) => [finding.rule, finding.citations[0]?.line, finding.citations[0]?.column]),
      [
        ['js-compare-nan', 2, 5],
        ['js-debugger', 3, 1],
      ],
    );
    assert.equal(findings[0]?.citations[0]?.excerpt, 'if (smile === NaN) run();');
    assert.ok(fixes.every((fix) => fix.baseHash === hashBytes(new TextEncoder().encode(text))));
    const fixed = fixes.reduce((result, fix) => result.slice(0, fix.start) + fix.newText + result.slice(fix.end), text);
    assert.equal(fixed, '\uFEFFconst smile = "😀é";\r\nif (Number.isNaN(smile)) run();\r\n');
  });

  it('reads only the wanted paths and categories', async () => {
    const files = { 'src/a.js': 'debugger;\neval(x);\n', 'lib/b.js': 'eval(y);\n' };
    const byPath = await run(files, { paths: ['lib'] });
    assert.deepEqual(
      byPath.findings.map((finding) => finding.citations[0]?.path),
      ['lib/b.js'],
    );
    await workspace.dispose();
    const byCategory = await run(files, { categories: ['quality'], paths: ['**/*.js'] });
    assert.deepEqual(
      byCategory.findings.map((finding) => finding.rule),
      ['js-debugger'],
    );
  });

  it('leaves out generated, minified, binary and other files and counts them', async () => {
    const { output } = await run({
      'a.js': '// @generated\neval(x);\n',
      'b.min.js': 'eval(x)',
      'c.js': new Uint8Array([0x65, 0, 0x65]),
      'd.py': new Uint8Array([0x23, 0xe9]),
      'e.css': 'a { color: red }',
    });
    assert.deepEqual([output['findings'], output['filesScanned'], output['skipped']], [[], 0, { generated: 2, binary: 1, notUtf8: 1 }]);
  });

  it('leaves alone what someone told another linter to leave', async () => {
    const { findings } = await run({
      'a.js': '// eslint-disable-next-line no-eval\neval(a);\neval(b); // oxlint-disable-line\neval(c);\n',
      'b.py': 'eval(a)  # noqa: S307\neval(b)  # nosec\neval(c)\n',
    });
    assert.deepEqual(
      findings.map((finding) => `${finding.citations[0]?.path}:${finding.citations[0]?.line}`),
      ['a.js:4', 'b.py:3'],
    );
  });

  it('makes nothing of code that does not parse', async () => {
    const { findings } = await run({ 'a.js': 'function ( { if (x === NaN) \n', 'b.py': 'def f(:\n  eval(x' });
    assert.deepEqual(
      findings.filter((finding) => finding.fix !== undefined),
      [],
    );
  });

  it('finds the same with the same ids when the file moves on', async () => {
    const first = await run({ 'a.js': 'eval(x);\neval(x);\n' });
    await workspace.dispose();
    const second = await run({ 'a.js': '// more\n\neval(x);\neval(x);\n' });
    assert.equal(new Set(first.findings.map((finding) => finding.id)).size, 2);
    assert.deepEqual(
      first.findings.map((finding) => finding.id),
      second.findings.map((finding) => finding.id),
    );
  });

  it('ends with an AbortError when it is cancelled', async () => {
    workspace = await createWorkspace({ 'a.js': 'x' });
    await assert.rejects(skill.run({}, createSkillContext(workspace.files, { signal: AbortSignal.abort() })), { name: 'AbortError' });
  });

  it('says which file is missing when the installation is damaged', async () => {
    workspace = await createWorkspace({ 'a.rs': 'fn f() { dbg!(1); }' });
    const none = { ...nodeOwnFiles, readBytes: () => Promise.resolve(null) };
    const damaged = codeRulesSkill({
      engine: createSyntaxEngine({ grammarsDir: '/nowhere', own: none }),
      resources: path.resolve('resources'),
      own: nodeOwnFiles,
    });
    await assert.rejects(damaged.run({}, createSkillContext(workspace.files)), { code: 'rules.grammarMissing' });
  });
});

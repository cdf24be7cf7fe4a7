import assert from 'node:assert/strict';
import { findDebt } from '#core/skills/debt/findDebt.ts';
import { debtScanSkill } from '#core/skills/debt/debtScan.ts';
import { decodeSource, type Source } from '#core/skills/source/readSources.ts';
import type { Finding } from '#protocol/finding.ts';
import { createSkillContext, createWorkspace } from '../../support/skillContext.ts';

function source(path: string, text: string): Source {
  const decoded = decodeSource(path, new TextEncoder().encode(text));
  if (typeof decoded === 'string') throw new Error(decoded);
  return decoded;
}
const found = (path: string, text: string): string[] => findDebt(source(path, text)).map((mark) => `${mark.rule}: ${mark.text}`);

describe('debt marks', () => {
  const cases: readonly [string, string, string, readonly string[]][] = [
    ['a tag in a line comment', 'a.ts', 'f(); // TODO(ann): close the file\r\n', ['todo: close the file']],
    ['a tag on a line of a block comment', 'a.go', '/*\n * first\n * FIXME broken on Windows\n */', ['fixme: broken on Windows']],
    ['a tag after a hash', 'a.py', 'x = 1  # XXX: odd', ['xxx: odd']],
    ['no tag in a string', 'a.ts', 'const a = "// TODO: no"; const b = `/* FIXME: no */`; const c = \'TODO\';', []],
    ['no tag in a Python string', 'a.py', 'a = "# TODO: no"\nb = """\n# FIXME: no\n"""\n', []],
    ['no tag in prose', 'a.ts', '// the todo list; see TodoMVC and TODO.md, a TODO list app', []],
    ['no tag in code', 'a.ts', 'const TODO = 1; enum State { TODO, HACK }', []],
    ['no tag in a regular expression', 'a.ts', 'const r = /[/*]TODO: x/; f(/["\']/); // done', []],
    ['a comment after a regular expression with quotes', 'a.ts', 'const r = /["\'`]/; // TODO: this', ['todo: this']],
    ['a hidden comment in Markdown, not its text', 'a.md', 'TODO: no\n<!-- TODO: yes -->', ['todo: yes']],
    [
      'code that is not implemented',
      'src/a.ts',
      "throw new Error('Not implemented yet');",
      ["not-implemented: throw new Error('Not implemented yet');"],
    ],
    ['a Rust macro', 'src/a.rs', "fn f<'a>(x: &'a str) { todo!() }", ['not-implemented: todo!() }']],
    ['an abstract method in Python is none', 'src/a.py', 'raise NotImplementedError()', []],
    ['a test of such an error is none', 'test/a.test.ts', "throw new Error('not implemented');", []],
    ['filler text', 'src/a.ts', 'const text = "Lorem ipsum dolor";', ['placeholder-text: Lorem ipsum dolor";']],
  ];
  for (const [title, path, text, expected] of cases) {
    it(`are found right: ${title}`, () => {
      assert.deepEqual(found(path, text), expected);
    });
  }
});

describe('debt.scan', () => {
  it('cites each mark with the age of its line as committed, and none for new lines', async () => {
    const workspace = await createWorkspace({ 'a.ts': 'f();\n// TODO: old\n' });
    try {
      workspace.git('init', '-q');
      workspace.git('add', '-A');
      workspace.git('-c', 'commit.gpgsign=false', 'commit', '-qm', 'x', '--date=2020-01-02T03:04:05Z');
      await workspace.write('a.ts', 'f();\n// TODO: old\n// FIXME: new\n');
      const { output } = await debtScanSkill().run({}, createSkillContext(workspace.files));
      const { findings, counts } = output as unknown as { findings: Finding[]; counts: object };
      assert.deepEqual(counts, { todo: 1, fixme: 1 });
      assert.deepEqual(
        findings.map((finding) => [
          finding.title,
          finding.severity,
          finding.citations[0]?.line,
          /2020-01-02, 10 years ago/.test(finding.message),
        ]),
        [
          ['TODO: old', 'low', 2, true],
          ['FIXME: new', 'low', 3, false],
        ],
      );
    } finally {
      await workspace.dispose();
    }
  });
});

import assert from 'node:assert/strict';
import { anchorsOf, relativeLinks } from '#core/skills/documentation/links.ts';
import { docsGapsSkill } from '#core/skills/documentation/docsGaps.ts';
import { createSyntaxEngine, type SyntaxEngine } from '#core/skills/rules/engine.ts';
import { nodeOwnFiles } from '#node/ownFiles.ts';
import type { Finding } from '#protocol/finding.ts';
import { grammarsDir } from '../../support/grammars.ts';
import { createSkillContext, createWorkspace } from '../../support/skillContext.ts';

describe('links of Markdown', () => {
  const targets = (text: string): string[] => relativeLinks(text).map((link) => link.target);

  it('are inline, images and references, with titles, angle brackets and parentheses', () => {
    const text = '[a](b.md) ![i](<c.png>) [t](d.md "title") [p](e_(f).md) [x](#here)\n\n[ref]: g.md "t"\n[^1]: note.md\n';
    assert.deepEqual(targets(text), ['b.md', 'c.png', 'd.md', 'e_(f).md', '#here', 'g.md']);
  });

  it('are none in code, in comments, to addresses and in templates', () => {
    const text =
      '`[a](b)` ``[`c`](d)``\n```md\n[e](f)\n```\n~~~\n[g](h)\n~~~\n<!-- [i](j) -->\n[k](https://x) [l](mailto:a@b) [m]({{ n }}) [o](//p)\n';
    assert.deepEqual(targets(text), []);
  });

  it('find a heading by the name that GitHub gives it', () => {
    const text = '# What, `code` & More!\n## Same\n## Same\n## [Linked](x.md) ünï\nUnder\n=====\n<a id="Own"></a>\n```\n# not one\n```\n';
    assert.deepEqual([...anchorsOf(text)], ['what-code--more', 'same', 'same-1', 'linked-ünï', 'under', 'own']);
  });
});

describe('docs.gaps', () => {
  let engine: SyntaxEngine;
  before(async () => {
    engine = createSyntaxEngine({ grammarsDir: await grammarsDir(), own: nodeOwnFiles });
  });
  async function run(files: { readonly [path: string]: string }): Promise<{ claims: string[]; output: Record<string, unknown> }> {
    const workspace = await createWorkspace(files);
    try {
      const skill = docsGapsSkill(engine);
      const { output } = await skill.run({}, createSkillContext(workspace.files));
      skill.output.parse(output);
      const { findings } = output as unknown as { findings: Finding[] };
      return {
        claims: findings.map((one) => `${one.rule} ${one.citations.map((at) => `${at.path}:${at.line}`).join(' ')}`),
        output: output as Record<string, unknown>,
      };
    } finally {
      await workspace.dispose();
    }
  }

  it('counts what is documented and reports files where much is not', async () => {
    const bare = Array.from({ length: 5 }, (_, i) => `export function f${i}() {}`).join('\n');
    const { claims, output } = await run({
      'README.md': '# x\n## Usage\n',
      'a.ts': `${bare}\n/** Doc. */\nexport class C {}\nfunction hidden() {}\nexport const k = 1;\n`,
      'b.py': 'def f():\n    """d"""\ndef g(): pass\n',
      'test/c.ts': bare,
    });
    assert.deepEqual(claims, ['undocumented-api a.ts:1 a.ts:2 a.ts:3 a.ts:4 a.ts:5']);
    assert.deepEqual(output['byLanguage'], { typescript: { public: 6, documented: 1 }, python: { public: 2, documented: 1 } });
  });

  it('asks for one text for all overloads, none for what overrides, and none inside', async () => {
    const many = (line: (at: number) => string): string => Array.from({ length: 5 }, (_, at) => line(at)).join('\n');
    const { claims, output } = await run({
      'README.md': '# x\n## Usage\n',
      'o.py': `${many(() => '@overload\ndef f(a): ...')}\ndef f(a):\n    "d"\n`,
      'src/A.java': `/** A. */\npublic class A {\n${many((at) => `  @Override public void f${at}() {}`)}\n}\n`,
      'internal/x.go': `package x\n${many((at) => `func F${at}() {}`)}\n`,
      'p/_inner.py': many((at) => `def g${at}(): pass`),
    });
    assert.deepEqual(claims, []);
    assert.deepEqual(output['byLanguage'], { python: { public: 6, documented: 6 }, java: { public: 6, documented: 6 } });
  });

  it('takes an anchor as it stands on other sites than GitHub', async () => {
    const text = '# It’s here, but (not) there\n[a](#it’s-here,-but-(not)-there) [b](#its-here-but-not-there) [c](#its-gone)\n## Usage\n';
    const { claims } = await run({ 'README.md': text });
    assert.deepEqual(claims, ['broken-anchor README.md:2']);
  });

  it('follows relative links from where they stand, to files, folders, headings and ignored files', async () => {
    const { claims, output } = await run({
      'README.md':
        '# Top\n```sh\nnpm start\n```\n[a](docs/a.md) [b](docs) [c](/docs/a.md#part-one) [d](docs/a) [e](../outside) [f](docs/a%20b.md?x#y)\n[gone](docs/no.md) [head](docs/a.md#nowhere) [self](#top) [l](docs/a.md#L3)\n',
      'docs/a.md': '# Part one\n[up](../README.md) [wrong](README.md)\n',
      'docs/a b.md': '# y\n',
    });
    assert.deepEqual(claims, ['broken-link README.md:6', 'broken-link docs/a.md:2', 'broken-anchor README.md:6']);
    assert.deepEqual([output['links'], output['brokenLinks']], [12, 3]);
  });

  it('mends a link when only one file of that name is there', async () => {
    const { output } = await run({
      'README.md': '```\nx\n```\n[a](guide.md#top) [b](twice.md)\n',
      'docs/de ep/guide.md': '# Top\n[home](README.md)\n',
      'x/twice.md': '',
      'y/twice.md': '',
    });
    const fixes = (output['findings'] as Finding[]).map((one) => [one.citations[0]?.path, one.fix?.newText]);
    assert.deepEqual(fixes, [
      ['README.md', 'docs/de%20ep/guide.md#top'],
      ['README.md', undefined],
      ['docs/de ep/guide.md', '../../README.md'],
    ]);
  });

  it('asks for a README, and for one that says how to begin', async () => {
    assert.deepEqual((await run({ 'a.js': '' })).claims, ['no-readme ']);
    assert.deepEqual((await run({ 'readme.md': '# Name\nOnly words.\n' })).claims, ['readme-without-how-to readme.md:1']);
  });
});

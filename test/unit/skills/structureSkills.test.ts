import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { createSyntaxEngine, type SyntaxEngine } from '#core/skills/rules/engine.ts';
import type { Skill } from '#core/skills/skill.ts';
import { apiChangesSkill } from '#core/skills/structure/apiChanges.ts';
import { codeComplexitySkill } from '#core/skills/structure/complexity.ts';
import { codeCyclesSkill } from '#core/skills/structure/cycles.ts';
import { codeUnusedSkill } from '#core/skills/structure/deadCode.ts';
import { findCycles } from '#core/skills/structure/moduleGraph.ts';
import type { Import } from '#core/skills/structure/outline.ts';
import { testsGapsSkill } from '#core/skills/structure/testGaps.ts';
import { nodeOwnFiles } from '#node/ownFiles.ts';
import type { Finding } from '#protocol/finding.ts';
import { grammarsDir } from '../../support/grammars.ts';
import { createSkillContext, createWorkspace, type TestWorkspace } from '../../support/skillContext.ts';

interface Output {
  readonly findings: readonly Finding[];
  readonly [field: string]: unknown;
}

describe('skills that know the structure of code', () => {
  let engine: SyntaxEngine;
  let workspace: TestWorkspace;
  before(async () => {
    engine = createSyntaxEngine({ grammarsDir: await grammarsDir(), own: nodeOwnFiles });
  });
  afterEach(() => workspace.dispose());

  async function run(skill: Skill, files: { readonly [path: string]: string }, args: object = {}): Promise<Output & { summary: string }> {
    workspace = await createWorkspace(files);
    return again(skill, args);
  }
  async function again(skill: Skill, args: object = {}): Promise<Output & { summary: string }> {
    const { output, summary } = await skill.run(skill.args.parse(args), createSkillContext(workspace.files));
    skill.output.parse(output);
    return { ...(output as unknown as Output), summary };
  }
  const claims = ({ findings }: Output): string[] =>
    findings.map((one) => `${one.severity} ${one.rule} ${one.citations[0]?.path ?? '-'}:${one.citations[0]?.line ?? '-'}`);

  describe('code.complexity', () => {
    const branches = (many: number): string => Array.from({ length: many }, (_, i) => `  if (a > ${i}) b();`).join('\n');

    it('reports a function by what is worst about it, and measures the rest', async () => {
      const result = await run(codeComplexitySkill(engine), {
        'src/a.ts': `export function tangled(a) {\n${branches(16)}\n}\nfunction fine(a) {\n${branches(3)}\n}\n`,
        'src/b.py': `def worse(a):\n${Array.from({ length: 31 }, (_, i) => `    if a > ${i}: b()`).join('\n')}\n`,
        'src/C.java': 'class C { void f(int a, int b, int c, int d, int e, int f, int g, int h) {} }',
        'test/t.test.ts': `function tangled(a) {\n${branches(40)}\n}\n`,
      });
      assert.deepEqual(claims(result), ['medium many-paths src/b.py:1', 'low many-parameters src/C.java:1', 'low many-paths src/a.ts:1']);
      assert.equal(result['functions'], 5);
      assert.equal(result['median'], 17);
    });

    it('says that there is nothing to measure', async () => {
      const result = await run(codeComplexitySkill(engine), { 'README.md': '# x' });
      assert.deepEqual([result.summary, result['median'], result.findings], ['no functions to measure', null, []]);
    });
  });

  describe('code.cycles', () => {
    it('finds the shortest way round in every language and cites each import of it', async () => {
      const result = await run(codeCyclesSkill(engine), {
        'ts/a.ts': "import { b } from './b.js';\nimport './c.ts';\n",
        'ts/b.ts': "export { c } from './c';\n",
        'ts/c.ts': "import '#ts/a.ts';\n",
        'package.json': '{ "imports": { "#ts/*": "./ts/*" } }',
        'py/__init__.py': '',
        'py/a.py': 'from . import b\n',
        'py/b.py': 'from py.a import x\n',
        'src/main/java/a/A.java': 'package a; import b.B; class A {}',
        'src/main/java/b/B.java': 'package b; import a.A; class B {}',
        'rs/src/lib.rs': 'mod a; mod b;',
        'rs/src/a.rs': 'use crate::b::B;',
        'rs/src/b.rs': 'use super::a::A;',
      });
      assert.deepEqual(result['cycles'], [
        { path: ['py/a.py', 'py/b.py'], files: 2 },
        { path: ['rs/src/a.rs', 'rs/src/b.rs'], files: 2 },
        { path: ['src/main/java/a/A.java', 'src/main/java/b/B.java'], files: 2 },
        { path: ['ts/a.ts', 'ts/c.ts'], files: 3 },
      ]);
      assert.deepEqual(claims(result), [
        'medium import-cycle py/a.py:1',
        'medium import-cycle ts/a.ts:2',
        'info import-cycle rs/src/a.rs:1',
        'info import-cycle src/main/java/a/A.java:1',
      ]);
    });

    it('counts neither imports of types nor lazy ones nor a module and its parts', async () => {
      const result = await run(codeCyclesSkill(engine), {
        'a.ts': "import type { B } from './b.ts';\nexport const load = () => import('./c.ts');\n",
        'b.ts': "import './a.ts';\n",
        'c.ts': "import './a.ts';\n",
        'p/__init__.py': 'from .x import y\n',
        'p/x.py': 'from . import z\ndef f():\n    from .z import w\n',
        'p/z.py': 'from __future__ import annotations\nif TYPE_CHECKING:\n    from .x import y\n',
        'src/lib.rs': 'mod a;',
        'src/a.rs': 'mod b;',
        'src/a/b.rs': 'fn f() {}',
      });
      assert.deepEqual(result['cycles'], []);
    });

    it('takes no module beside it for the one of the standard library that Python means', async () => {
      const result = await run(codeCyclesSkill(engine), {
        'src/p/__init__.py': '',
        'src/p/a.py': 'from types import TracebackType\n',
        'src/p/types.py': 'from .a import x\n',
        'tool/main.py': 'import helper\n',
        'tool/helper.py': 'import main\n',
      });
      assert.deepEqual(result['cycles'], [{ path: ['tool/helper.py', 'tool/main.py'], files: 2 }]);
    });

    it('follows a circle of 20,000 files without running out of stack', async () => {
      workspace = await createWorkspace();
      const step: Import = { specifier: '', names: [], kind: 'static', start: 0, end: 0 };
      const ring = Array.from({ length: 20_000 }, (_, i) => `f${i}`);
      const edges = new Map(ring.map((from, i) => [from, [{ from, to: `f${(i + 1) % ring.length}`, import: step }]]));
      const [cycle] = findCycles({ files: new Map(), edges });
      assert.deepEqual([cycle?.path.length, cycle?.files], [20_000, 20_000]);
    });
  });

  describe('code.unused', () => {
    it('reports what occurs once, and leaves alone what a framework, a manifest or a test may name', async () => {
      const result = await run(codeUnusedSkill(engine), {
        'src/a.ts': [
          'export function used() { return helper(); }',
          'function helper() {}',
          'function forgotten() {}',
          'export const orphan = 1;',
          'export const inManifest = 2;',
          'export function onlyTested() {}',
          '@Component() class Marked {}',
        ].join('\n'),
        'src/b.ts': "import { used } from './a.ts';\nused();\n",
        'src/left/over.ts': 'used();\n',
        'app.json': '{ "call": "inManifest" }',
        'test/a.test.ts': 'onlyTested();',
        'lib.go': 'package a\nfunc nobody() {}\nfunc main() {}\n',
        'm.py': '@app.route("/")\ndef page(): pass\ndef lost(): pass\n',
      });
      assert.deepEqual(claims(result), [
        'low unused-definition lib.go:2',
        'low unused-definition src/a.ts:3',
        'low unused-file src/b.ts:1',
        'low unused-file src/left/over.ts:1',
        'info unused-export m.py:3',
        'info unused-export src/a.ts:4',
      ]);
    });
  });

  describe('tests.gaps', () => {
    it('follows imports from tests, knows tests that stand beside their code, and puts the most tangled first', async () => {
      const result = await run(testsGapsSkill(engine), {
        'src/a.ts': "import { b } from './b.ts';\nexport const a = () => b();\n",
        'src/b.ts': 'export const b = () => 1;\n',
        'src/c.ts': `export function c(x) {\n${Array.from({ length: 30 }, (_, i) => `if (x > ${i}) d();`).join('\n')}\n}\n`,
        'src/d.ts': 'export const d = () => 1;\n',
        'test/a.test.ts': "import { a } from '../src/a.ts';\n",
        'go/x.go': 'package x\nfunc X() {}\n',
        'go/x_test.go': 'package x\nfunc TestX() {}\n',
        'java/src/Foo.java': 'class Foo { void f() {} }',
        'java/src/FooTest.java': 'class FooTest { void f() {} }',
        'java/src/p/Used.java': 'package p;\nclass Used { void f() {} }',
        'java/test/p/OtherTest.java': 'package p;\nclass OtherTest { void f() { new Used().f(); } }',
        'bin/run.js': `export function run(x) {\n${Array.from({ length: 30 }, (_, i) => `if (x > ${i}) d();`).join('\n')}\n}\n`,
        'rs/a.rs': 'fn f() {}\n#[cfg(test)]\nmod tests {}\n',
      });
      assert.deepEqual(claims(result), [
        'medium untested-file src/c.ts:1',
        'info untested-file bin/run.js:1',
        'info untested-file src/d.ts:1',
      ]);
      assert.deepEqual([result['files'], result['reached'], result['testFiles']], [9, 6, 4]);
    });

    it('knows the crates of a Cargo workspace by name, and that tests beside src run the programs', async () => {
      const code = 'pub fn f(a: u8) -> u8 { if a > 1 { 2 } else { 3 } }\n';
      const result = await run(testsGapsSkill(engine), {
        'Cargo.toml':
          '[package]\nname = "tool"\n[[bin]]\nname = "tool"\npath = "crates/core/main.rs"\n[workspace]\nmembers = ["crates/*"]\n',
        'build.rs': `fn main() {}\n${code}`,
        'tests/run.rs': 'fn run() {}\n',
        'crates/core/main.rs': `mod flags;\nuse facade::printer;\nfn main() {}\n${code}`,
        'crates/core/flags.rs': code,
        'crates/facade/Cargo.toml': '[package]\nname = "facade"\n',
        'crates/facade/src/lib.rs': 'pub extern crate my_printer as printer;\n',
        'crates/printer/Cargo.toml': '[package]\nname = "my-printer"\n[lib]\npath = "lib.rs"\n',
        'crates/printer/lib.rs': `mod color;\n${code}`,
        'crates/printer/color.rs': code,
        'crates/alone/Cargo.toml': '[package]\nname = "alone"\n',
        'crates/alone/src/main.rs': `fn main() {}\n${code}`,
      });
      assert.deepEqual(claims(result), ['low untested-file crates/alone/src/main.rs:1']);
    });

    it('counts no changes where the history lacks the contents of files', async () => {
      workspace = await createWorkspace({ 'src/a.ts': 'export const a = (b) => (b ? 1 : 2);\n' });
      workspace.git('init', '-q');
      workspace.git('add', '-A');
      workspace.git('commit', '-qm', 'one');
      const blob = workspace.git('rev-parse', 'HEAD:src/a.ts').trim();
      await rm(`${workspace.root}/.git/objects/${blob.slice(0, 2)}/${blob.slice(2)}`);
      const { output } = await testsGapsSkill(engine).run({}, createSkillContext(workspace.files, { now: Date.now() }));
      const { findings } = output as unknown as Output;
      assert.match(findings[0]?.message ?? '', /^1 function with 1 branch; no test file/);
    });

    it('says of a project without tests that it has none, once per file', async () => {
      const result = await run(testsGapsSkill(engine), { 'src/a.ts': 'export const a = () => 1;\n' });
      assert.deepEqual(claims(result), ['info no-tests src/a.ts:1']);
      assert.equal(result['functionsReached'], 0);
    });
  });

  describe('api.changes', () => {
    async function history(): Promise<void> {
      workspace = await createWorkspace({
        'src/a.ts':
          'export function kept(a: string): void {}\nexport function gone(): void {}\nexport function changed(a: string): void {}\nfunction local() {}\n',
        'src/old.py': 'def f(a): pass\n',
        'internal/x.go': 'package x\nfunc X() {}\n',
      });
      workspace.git('init', '-q');
      workspace.git('add', '-A');
      workspace.git('commit', '-qm', 'one');
      workspace.git('tag', 'v1.0.0');
      await workspace.write(
        'src/a.ts',
        '// moved\nexport function kept( a: string ): void { run(); }\nexport function changed(a: number): void {}\nexport const added = 1;\n',
      );
      workspace.git('rm', '-q', 'src/old.py', 'internal/x.go');
      workspace.git('add', '-A');
      workspace.git('commit', '-qm', 'two');
    }

    it('compares signatures since the newest tag and says what that means for the version', async () => {
      await history();
      const result = await again(apiChangesSkill(engine));
      assert.deepEqual(claims(result), ['high removed-api -:-', 'high removed-api src/a.ts:1', 'medium changed-api src/a.ts:3']);
      assert.equal(result['suggests'], 'major');
      assert.deepEqual(result['added'], [{ path: 'src/a.ts', name: 'added', before: null, after: 'added' }]);
      assert.match(result.summary, /^2 definitions removed, 1 changed, 1 added between v1\.0\.0 and HEAD: major/);
    });

    it('compares any two commits, and the same one with itself', async () => {
      await history();
      const back = await again(apiChangesSkill(engine), { from: 'HEAD', to: 'v1.0.0' });
      assert.equal((back['added'] as unknown[]).length, 2);
      const same = await again(apiChangesSkill(engine), { from: 'HEAD', to: 'HEAD' });
      assert.deepEqual([same['suggests'], same.findings], ['patch', []]);
    });

    it('says why there is nothing to compare instead of failing', async () => {
      workspace = await createWorkspace({ 'a.ts': 'export const a = 1;' });
      assert.match((await again(apiChangesSkill(engine))).summary, /not a git repository/);
      workspace.git('init', '-q');
      workspace.git('add', '-A');
      workspace.git('commit', '-qm', 'one');
      assert.match((await again(apiChangesSkill(engine))).summary, /no tag to compare with/);
      assert.match((await again(apiChangesSkill(engine), { from: 'nowhere' })).summary, /nowhere is no commit/);
    });

    it('refuses a ref that git would read as an option', () => {
      workspace = { dispose: () => Promise.resolve() } as TestWorkspace;
      for (const from of ['--output=/tmp/x', '-x', 'a b', 'a:b', 'a..b:', 'a\nb']) {
        assert.equal(apiChangesSkill(engine).args.safeParse({ from }).success, false, from);
      }
    });
  });
});

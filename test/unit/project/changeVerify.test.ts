import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '#base/json.ts';
import { changeVerify, type VerifyCheck } from '#core/skills/project/changeVerify.ts';
import { lintRun } from '#core/skills/project/lintRun.ts';
import { testsRun } from '#core/skills/project/testsRun.ts';
import type { DraftFile } from '#core/skills/skill.ts';
import { createProjectContext, type ProjectContextOptions } from '#test/support/projectContext.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

interface Output {
  readonly passed: boolean;
  readonly checks: readonly { proposal: string; name: string; passed: boolean; detail: string }[];
  readonly failed: readonly { proposal: string; paths: readonly string[]; reason: string }[];
}

const SUITE = [
  "const test = require('node:test');",
  "const assert = require('node:assert');",
  "const { sum, half } = require('./sum.js');",
  "test('sums', () => assert.strictEqual(sum(1, 2), 3));",
  "test('halves', () => assert.strictEqual(half(4), 2));",
].join('\n');
const sums = (sum: string, half: string): string => `exports.sum = (a, b) => ${sum};\nexports.half = (a) => ${half};\n`;
const PACKAGE = JSON.stringify({ scripts: { test: 'node a.test.js', lint: 'node lint.js' } });
/** Complains about each line with a debugger statement, as `path:line:column: text`. */
const LINTER = [
  "const fs = require('node:fs');",
  "const bad = fs.readFileSync('sum.js', 'utf8').split('\\n').flatMap((line, i) => line.includes('debugger') ? [`sum.js:${i + 1}:1: no debugger`] : []);",
  "console.log(bad.join('\\n'));",
  'process.exitCode = bad.length ? 1 : 0;',
].join('\n');

/** What earlier steps of a run leave: nothing, or a linter and tests that passed. */
const BASELINES = {
  none: {},
  green: {
    tests: { ran: true, exitCode: 0, failures: [], findings: [] },
    lint: { ran: true, exitCode: 0, findings: [] },
  },
};

describe('change.verify', () => {
  const folder = temporaryFolders();

  const project = (sum = 'a + b', half = 'a / 2'): { [path: string]: string } => ({
    'package.json': PACKAGE,
    'lint.js': LINTER,
    'sum.js': sums(sum, half),
    'a.test.js': SUITE,
    'settings.json': '{"a": 1}',
  });

  async function verify(
    root: string,
    drafts: readonly (readonly DraftFile[])[],
    options: ProjectContextOptions & {
      readonly checks?: readonly VerifyCheck[];
      readonly only?: readonly string[];
      readonly baseline?: 'run' | 'green' | 'none';
    } = {},
  ): Promise<Output & { readonly recorded: readonly unknown[] }> {
    const { checks = [], only, baseline = 'none', ...rest } = options;
    const before = createProjectContext(root);
    const results =
      baseline === 'run'
        ? { tests: (await testsRun.run({}, before)).output, lint: (await lintRun.run({}, before)).output }
        : BASELINES[baseline];
    const context = createProjectContext(root, { results: results as Json, ...rest });
    const ids: string[] = [];
    for (const files of drafts) {
      const view = await context.desk.create({ title: 'A change', summary: '', files, notes: [] }, { agent: 'developer' });
      ids.push(view.id);
    }
    const skill = changeVerify(checks);
    const { output } = await skill.run(only === undefined ? {} : { proposals: only }, context);
    assert.ok(skill.output.safeParse(output).success);
    const recorded = await Promise.all(ids.map(async (id) => (await context.desk.get(id)).verification?.passed ?? null));
    return { ...(output as unknown as Output), recorded };
  }

  const modify = (root: string, path: string, newText: string): DraftFile => ({
    kind: 'modify',
    path,
    newText,
    baseHash: createHash('sha256')
      .update(readFileSync(join(root, path)))
      .digest('hex'),
  });

  it('passes a change that leaves tests and linter green, and records it', async () => {
    const root = folder(project());
    const output = await verify(root, [[modify(root, 'sum.js', sums('b + a', 'a * 0.5'))]], { baseline: 'run' });
    assert.equal(output.passed, true, JSON.stringify(output));
    assert.deepEqual(
      output.checks.map(({ name, passed }) => [name, passed]),
      [
        ['lint', true],
        ['tests', true],
      ],
    );
    assert.deepEqual(output.recorded, [true]);
    assert.equal(readFileSync(join(root, 'sum.js'), 'utf8'), sums('a + b', 'a / 2'));
  });

  it('fails a change that breaks a test, names the test, and judges each proposal alone', async () => {
    const root = folder(project());
    const good = [modify(root, 'sum.js', sums('b + a', 'a / 2'))];
    const bad = [modify(root, 'sum.js', sums('a - b', 'a / 2'))];
    const output = await verify(root, [bad, good], { baseline: 'green' });
    assert.deepEqual(output.recorded, [false, true]);
    assert.deepEqual(
      output.failed.map(({ proposal, paths }) => [proposal, paths]),
      [['p1', ['sum.js']]],
    );
    assert.match(output.failed[0]?.reason ?? '', /tests: 1 test failed that passed before\nsums: /);
  });

  it('does not blame a change for a test that failed before', async () => {
    const root = folder(project('a - b'));
    const output = await verify(root, [[modify(root, 'sum.js', sums('a - b', 'a * 0.5'))]], { baseline: 'run' });
    assert.deepEqual(output.recorded, [true], JSON.stringify(output));
    assert.match(output.checks.find(({ name }) => name === 'tests')?.detail ?? '', /all of them before the change too/);
  });

  it('blames a change for a new failure beside an old one', async () => {
    const root = folder(project('a - b'));
    const output = await verify(root, [[modify(root, 'sum.js', sums('a - b', 'a'))]], { baseline: 'run' });
    assert.deepEqual(output.recorded, [false]);
    assert.match(output.failed[0]?.reason ?? '', /halves/);
  });

  it('fails a change that adds a lint problem, not one that leaves an old one', async () => {
    const clean = folder(project());
    const worse = await verify(clean, [[modify(clean, 'sum.js', `debugger;\n${sums('a + b', 'a / 2')}`)]], { baseline: 'green' });
    assert.match(worse.failed[0]?.reason ?? '', /lint: 1 problem, 0 before\nsum\.js:1 no debugger/);
    const dirty = folder({ ...project(), 'sum.js': `debugger;\n${sums('a + b', 'a / 2')}` });
    assert.deepEqual(
      (await verify(dirty, [[modify(dirty, 'sum.js', `\ndebugger;\n${sums('a + b', 'a / 2')}`)]], { baseline: 'run' })).recorded,
      [true],
    );
  });

  it('fails a change after which a JSON or YAML file no longer parses', async () => {
    const root = folder({ ...project(), 'ci.yml': 'a: 1\n', 'loose.json': '{ // comment\n}' });
    const files = [
      modify(root, 'settings.json', '{"a": }'),
      modify(root, 'ci.yml', 'a: [1\n'),
      modify(root, 'loose.json', '{ // still\n}'),
    ];
    const output = await verify(root, [files]);
    assert.deepEqual(
      output.checks.map(({ name, passed }) => [name, passed]),
      [['parses', false]],
    );
    assert.match(output.failed[0]?.reason ?? '', /settings\.json: [\s\S]*ci\.yml: /);
    assert.doesNotMatch(output.failed[0]?.reason ?? '', /loose/);
  });

  it('applies new, deleted and renamed files before the checks see them', async () => {
    const root = folder({ 'old/a.txt': 'a', 'gone.txt': 'g', 'kept.txt': 'k' });
    const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
    const draft: readonly DraftFile[] = [
      { kind: 'create', path: 'deep/new.txt', newText: 'n' },
      { kind: 'delete', path: 'gone.txt', baseHash: hash('g') },
      { kind: 'rename', oldPath: 'old/a.txt', path: 'b.txt', baseHash: hash('a'), newText: 'A' },
    ];
    const seen: unknown[] = [];
    const check: VerifyCheck = (scratch, paths) => {
      const names = readdirSync(scratch.root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name);
      seen.push(names.sort(), [...paths].sort());
      return Promise.resolve({ name: 'rules', passed: false, detail: 'no' });
    };
    const output = await verify(root, [draft], { checks: [check, () => Promise.resolve(null)] });
    assert.deepEqual(seen, [
      ['b.txt', 'kept.txt', 'new.txt'],
      ['b.txt', 'deep/new.txt', 'gone.txt', 'old/a.txt'],
    ]);
    assert.equal(output.failed[0]?.reason, 'rules: no');
  });

  it('verifies only the proposals it is asked for', async () => {
    const root = folder({ 'a.txt': '1', 'b.txt': '1' });
    const output = await verify(root, [[modify(root, 'a.txt', '2')], [modify(root, 'b.txt', '2')]], { only: ['p2'] });
    assert.deepEqual([output.passed, output.recorded], [true, [null, true]]);
  });

  it('starts nothing in a dry run', async () => {
    const root = folder(project());
    const output = await verify(root, [[modify(root, 'sum.js', 'broken('), modify(root, 'settings.json', '{')]], {
      mode: 'dry-run',
      baseline: 'green',
    });
    assert.deepEqual(
      output.checks.map(({ name, passed }) => [name, passed]),
      [['parses', false]],
    );
  });

  it('has nothing to say without proposals', async () => {
    const { passed, checks, failed } = await verify(folder({}), []);
    assert.deepEqual({ passed, checks, failed }, { passed: true, checks: [], failed: [] });
  });

  it('leaves no scratch copy when a check throws', async () => {
    const root = folder({ 'a.txt': '1' });
    let scratch = '';
    const check: VerifyCheck = (tree) => {
      scratch = tree.root;
      return Promise.reject(new Error('broken check'));
    };
    await assert.rejects(verify(root, [[modify(root, 'a.txt', '2')]], { checks: [check] }), /broken check/);
    assert.throws(() => readdirSync(scratch), { code: 'ENOENT' });
  });
});

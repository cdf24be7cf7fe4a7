import assert from 'node:assert/strict';
import { readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { testsRun } from '#core/skills/project/testsRun.ts';
import { createProjectContext, type ProjectContextOptions } from '#test/support/projectContext.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

interface Output {
  readonly ran: boolean;
  readonly command: string | null;
  readonly reason: string | null;
  readonly exitCode: number | null;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly { name: string; message: string; citation?: { path: string; line: number; excerpt?: string } }[];
  readonly findings: readonly { rule: string; severity: string; title: string; citations: readonly { path: string; line: number }[] }[];
  readonly sandbox: string | null;
}

const REPOSITORY = resolve(import.meta.dirname, '../../..');
const manifest = (test: string, more: object = {}): string => JSON.stringify({ name: 'sample', scripts: { test }, ...more }, null, 2);

describe('tests.run', () => {
  const folder = temporaryFolders();

  async function run(root: string, options: ProjectContextOptions & { readonly timeoutMs?: number } = {}): Promise<Output> {
    const { timeoutMs, ...rest } = options;
    const { output } = await testsRun.run(timeoutMs === undefined ? {} : { timeoutMs }, createProjectContext(root, rest));
    const parsed = testsRun.output.safeParse(output);
    assert.ok(parsed.success, JSON.stringify(parsed.error));
    return output as unknown as Output;
  }

  const suite = [
    "import test from 'node:test';",
    "import assert from 'node:assert/strict';",
    "test('adds', () => assert.equal(1 + 1, 2));",
    "test.skip('later', () => {});",
    "test('group', async (t) => {",
    "  await t.test('subtracts', () => {",
    "    assert.equal(3 - 1, 1, 'three minus one');",
    '  });',
    '});',
  ].join('\n');

  for (const reporter of ['tap', 'spec']) {
    it(`reads node:test's ${reporter} report and cites the line that failed`, async () => {
      const root = folder({ 'package.json': manifest(`node --test --test-reporter=${reporter}`), 'a.test.mjs': suite });
      const output = await run(root);
      assert.deepEqual([output.ran, output.exitCode, output.passed, output.skipped], [true, 1, 1, 1]);
      assert.equal(output.failures.length, 1);
      assert.equal(output.failures[0]?.name, 'subtracts');
      assert.match(output.failures[0]?.message ?? '', /three minus one/);
      assert.deepEqual([output.failures[0]?.citation?.path, output.findings[0]?.rule], ['a.test.mjs', 'failing-test']);
      assert.ok([6, 7].includes(output.failures[0]?.citation?.line ?? 0));
    });
  }

  it('runs mocha from linked node_modules and cites the line that failed', async () => {
    const files = {
      'package.json': manifest('mocha test', { devDependencies: { mocha: '*' } }),
      '.gitignore': 'node_modules\n',
      'src/sum.js': 'exports.sum = (a, b) => a - b;\n',
      'test/sum.js': [
        "const assert = require('node:assert');",
        "const { sum } = require('../src/sum.js');",
        "describe('sum', () => {",
        "  describe('of two', () => {",
        "    it('adds', () => {",
        '      assert.strictEqual(sum(1, 2), 3);',
        '    });',
        "    it('waits');",
        "    it('is there', () => assert.ok(sum));",
        '  });',
        '});',
      ].join('\n'),
    };
    const root = folder(files);
    symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
    const output = await run(root);
    assert.deepEqual([output.passed, output.failed, output.skipped], [1, 1, 1], JSON.stringify(output));
    assert.equal(output.failures[0]?.name, 'sum of two adds');
    assert.match(output.failures[0]?.message ?? '', /-1 !== 3|Expected values to be strictly equal/);
    assert.deepEqual([output.failures[0]?.citation?.path, output.failures[0]?.citation?.line], ['test/sum.js', 6]);
    assert.equal(output.failures[0]?.citation?.excerpt, 'assert.strictEqual(sum(1, 2), 3);');
  });

  it('passes a suite that passes and leaves the workspace as it was', async () => {
    const write = "require('node:fs').writeFileSync('left.txt', 'x'); require('node:fs').rmSync('package.json')";
    const root = folder({ 'package.json': manifest(`node -e "${write}"`) });
    const output = await run(root);
    assert.deepEqual([output.ran, output.exitCode, output.findings.length, output.reason], [true, 0, 0, null]);
    assert.deepEqual(readdirSync(root), ['package.json']);
  });

  it('cites the script when a command fails without a report', async () => {
    const root = folder({ 'package.json': manifest('node -e "console.log(\'boom\'); process.exit(3)"') });
    const output = await run(root);
    assert.deepEqual([output.exitCode, output.failed], [3, 0]);
    assert.equal(output.findings[0]?.rule, 'test-command-failed');
    assert.deepEqual([output.findings[0]?.citations[0]?.path, output.findings[0]?.citations[0]?.line], ['package.json', 4]);
  });

  it('ends a suite that hangs at its time limit', async () => {
    const root = folder({ 'package.json': manifest('node -e "setInterval(() => {}, 1000)"') });
    const output = await run(root, { timeoutMs: 700 });
    assert.deepEqual([output.ran, output.exitCode, output.findings[0]?.rule], [true, null, 'tests-timed-out']);
    assert.match(output.reason ?? '', /the time limit/);
  });

  it('ends with AbortError on cancel', async () => {
    const root = folder({ 'package.json': manifest('node -e "setInterval(() => {}, 1000)"') });
    const controller = new AbortController();
    const context = createProjectContext(root, { signal: controller.signal });
    const gate = context.processes;
    const started = {
      ...context,
      processes: {
        ...gate,
        run: (request: Parameters<typeof gate.run>[0]) => {
          setImmediate(() => controller.abort());
          return gate.run(request);
        },
      },
    };
    await assert.rejects(testsRun.run({}, started), { name: 'AbortError' });
  });

  it('keeps the end of huge output, where the report is', async () => {
    const script =
      "const line = 'x'.repeat(1000) + '\\n'; for (let i = 0; i < 20000; i += 1) process.stdout.write(line); console.log('  7 passing (5ms)');";
    const output = await run(folder({ 'package.json': manifest('node noise.js'), 'noise.js': script }));
    assert.deepEqual([output.exitCode, output.passed], [0, 7]);
  });

  it('keeps secrets that a test prints out of findings and records', async () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const root = folder({ 'package.json': manifest('node leak.js'), 'leak.js': `console.log('${token}'); process.exit(1);` });
    const context = createProjectContext(root);
    const { output } = await testsRun.run({}, context);
    assert.equal(JSON.stringify(output).includes(token), false);
    assert.equal(JSON.stringify(context.recorded).includes(token), false);
    assert.equal(context.recorded.length, 1);
  });

  it('runs on hostile file names', async () => {
    const names = ['-rf.txt', 'line\nbreak.txt', '$(touch pwned).txt', '"quote".txt', 'ü.txt'];
    const root = folder({
      ...Object.fromEntries(names.map((name) => [name, ''])),
      'package.json': manifest('node -p "fs.readdirSync(\'.\').length"'),
    });
    const output = await run(root);
    assert.equal(output.exitCode, 0);
    assert.deepEqual(readdirSync(root).sort(), [...names, 'package.json'].sort());
  });

  describe('says why it did not run', () => {
    const reasons: readonly (readonly [rule: string, files: { [path: string]: string }, options: ProjectContextOptions, reason: RegExp])[] =
      [
        ['without a test command', { 'README.md': '' }, {}, /^no test command was found in this project$/],
        [
          'without dependencies',
          { 'package.json': manifest('mocha', { dependencies: { mocha: '1' } }) },
          {},
          /no node_modules \(run `npm install` first\)/,
        ],
        [
          'without the program of the script',
          { 'package.json': manifest('surely-not-installed --all') },
          {},
          /the program surely-not-installed is not installed/,
        ],
        [
          'without the package manager',
          { 'package.json': manifest('x', { packageManager: 'bun@1' }) },
          {},
          /The program "bun" is not installed/,
        ],
        ['in a dry run', { 'package.json': manifest('true') }, { mode: 'dry-run' }, /^a dry run starts no commands$/],
        [
          'without a sandbox',
          { 'package.json': manifest('true') },
          { noSandbox: 'bubblewrap (the program bwrap) is not installed', unsandboxed: 'refuse' },
          /do not run without a sandbox: bubblewrap .* is not installed\..*pass --allow-unsandboxed/,
        ],
      ];
    for (const [rule, files, options, reason] of reasons) {
      it(rule, async () => {
        const output = await run(folder(files), options);
        assert.deepEqual([output.ran, output.exitCode, output.findings.length, output.sandbox], [false, null, 0, null]);
        assert.match(output.reason ?? '', reason);
      });
    }
  });

  it('runs without a sandbox when a person allowed it, and says so', async () => {
    const output = await run(folder({ 'package.json': manifest('node -e 0') }), { noSandbox: 'none here', unsandboxed: 'allow' });
    assert.deepEqual([output.ran, output.exitCode, output.sandbox], [true, 0, 'none']);
  });
});

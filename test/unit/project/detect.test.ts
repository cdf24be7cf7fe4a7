import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Commands } from '#core/skills/project/projectCommand.ts';
import { detectCommands } from '#core/skills/project/detectCommands.ts';
import { projectDetect } from '#core/skills/project/projectDetect.ts';
import { readProjectTree } from '#core/skills/project/projectText.ts';
import { createWorkspaceFiles } from '#node/ports/workspaceFiles.ts';
import { createProjectContext } from '#test/support/projectContext.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

const json = (value: unknown): string => JSON.stringify(value, null, 2);

describe('project.detect', () => {
  const folder = temporaryFolders();
  const detect = async (files: { readonly [path: string]: string }): Promise<Commands> =>
    detectCommands(await readProjectTree(createWorkspaceFiles(folder(files))));
  const shown = (commands: Commands): unknown => ({
    manager: commands.packageManager,
    test: commands.test?.argv.join(' ') ?? null,
    lint: commands.lint?.argv.join(' ') ?? null,
    build: commands.build?.argv.join(' ') ?? null,
  });

  const cases: readonly (readonly [rule: string, files: { readonly [path: string]: string }, expected: readonly (string | null)[]])[] = [
    ['finds nothing in an empty folder', {}, [null, null, null, null]],
    ['finds nothing in notes', { 'README.md': '# hi' }, [null, null, null, null]],
    [
      'runs npm scripts',
      { 'package.json': json({ scripts: { test: 'mocha', lint: 'eslint .', build: 'tsc' } }) },
      ['npm', 'npm test', 'npm run lint', 'npm run build'],
    ],
    [
      'prefers the quick part of the tests where a script names it',
      { 'package.json': json({ scripts: { test: 'all', 'test:unit': 'mocha' } }) },
      ['npm', 'npm run test:unit', null, null],
    ],
    [
      'takes the test that npm init writes for none',
      { 'package.json': json({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }) },
      ['npm', null, null, null],
    ],
    [
      'knows pnpm by its lock file',
      { 'package.json': json({ scripts: { test: 'x' } }), 'pnpm-lock.yaml': '' },
      ['pnpm', 'pnpm test', null, null],
    ],
    [
      'knows yarn by its lock file',
      { 'package.json': json({ scripts: { test: 'x' } }), 'yarn.lock': '' },
      ['yarn', 'yarn test', null, null],
    ],
    [
      'runs the script, not the own runner, of bun',
      { 'package.json': json({ scripts: { test: 'x' } }), 'bun.lock': '' },
      ['bun', 'bun run test', null, null],
    ],
    [
      'believes packageManager before lock files',
      { 'package.json': json({ packageManager: 'pnpm@10.1.0', scripts: { test: 'x' } }), 'yarn.lock': '' },
      ['pnpm', 'pnpm test', null, null],
    ],
    [
      'finds a configured linter without a script',
      { 'package.json': '{}', 'eslint.config.mjs': '' },
      ['npm', null, './node_modules/.bin/eslint .', null],
    ],
    ['ignores a broken package.json', { 'package.json': '{ nope' }, [null, null, null, null]],
    ['ignores a package.json that is a list', { 'package.json': '[1]' }, [null, null, null, null]],
    [
      'survives scripts of the wrong type',
      { 'package.json': json({ scripts: { test: 3, lint: null }, packageManager: {} }) },
      ['npm', null, null, null],
    ],
    [
      'runs pytest where pyproject.toml configures it',
      { 'pyproject.toml': '[tool.pytest.ini_options]\n[tool.ruff.lint]\n' },
      ['pip', 'python3 -m pytest -ra --color=no', 'ruff check --output-format=concise .', null],
    ],
    [
      'runs pytest where setup.cfg or tox.ini configures it',
      { 'tox.ini': '[testenv]\n[pytest]\n', 'setup.cfg': '[flake8]\n' },
      ['pip', 'python3 -m pytest -ra --color=no', 'python3 -m flake8', null],
    ],
    [
      'runs pytest where tests are plain functions',
      { 'test_a.py': 'def test_a():\n    pass\n' },
      [null, 'python3 -m pytest -ra --color=no', null, null],
    ],
    [
      'runs unittest where tests are test cases',
      { 'tests/__init__.py': '', 'tests/test_a.py': 'import unittest\nclass A(unittest.TestCase):\n    def test_a(self): pass\n' },
      [null, 'python3 -m unittest discover -v -s tests -t .', null, null],
    ],
    [
      "uses the project's virtual environment",
      { '.gitignore': '', 'pytest.ini': '', '.venv/pyvenv.cfg': '' },
      ['pip', './.venv/bin/python -m pytest -ra --color=no', null, null],
    ],
    [
      'tests Go where it has tests',
      { 'go.mod': 'module m', 'a_test.go': '' },
      ['go', 'go test -v ./...', 'go vet ./...', 'go build ./...'],
    ],
    [
      'prefers golangci-lint where configured',
      { 'go.mod': 'module m', '.golangci.yml': '' },
      ['go', null, 'golangci-lint run', 'go build ./...'],
    ],
    ['tests Rust', { 'Cargo.toml': '' }, ['cargo', 'cargo test --no-fail-fast', 'cargo clippy --all-targets', 'cargo build']],
    [
      'tests Maven, by its wrapper when there',
      { 'pom.xml': '', mvnw: '' },
      ['maven', './mvnw --offline --batch-mode test', null, './mvnw --offline --batch-mode package'],
    ],
    [
      'tests Gradle',
      { 'build.gradle.kts': '' },
      ['gradle', 'gradle --offline --console=plain test', null, 'gradle --offline --console=plain assemble'],
    ],
    [
      'tests with make, and takes no variable for a target',
      { Makefile: 'test := no\nall build: x\n\tcc\ncheck:: all\n\t./run\n' },
      [null, 'make check', null, 'make build'],
    ],
    [
      'prefers package.json to make',
      { 'package.json': json({ scripts: { test: 'x' } }), Makefile: 'test:\n\tx\nlint:\n\tx\n' },
      ['npm', 'npm test', 'make lint', null],
    ],
  ];
  it('lets tests of a Python project with packages in src see them as they are in the copy', async () => {
    const env = async (files: { readonly [path: string]: string }) => (await detect({ 'pytest.ini': '', ...files })).test?.env;
    assert.deepEqual(await env({ 'src/p/__init__.py': '' }), { PYTHONPATH: 'src' });
    assert.equal(await env({ 'p/__init__.py': '', 'src/app.js': '' }), undefined);
  });

  for (const [rule, files, [manager, test, lint, build]] of cases) {
    it(rule, async () => {
      assert.deepEqual(shown(await detect(files)), { manager, test, lint, build });
    });
  }

  it('says what is missing when dependencies are not installed', async () => {
    const root = folder({
      'package.json': json({ scripts: { test: 'mocha' }, devDependencies: { mocha: '1' } }),
      '.gitignore': 'node_modules',
    });
    const commands = async (): Promise<Commands> => detectCommands(await readProjectTree(createWorkspaceFiles(root)));
    assert.match((await commands()).test?.missing ?? '', /no node_modules \(run `npm install` first\)/);
    mkdirSync(join(root, 'node_modules'));
    assert.equal((await commands()).test?.missing, null);
  });

  it('sees dependencies behind a link that leads outside', async () => {
    const root = folder({ 'package.json': json({ scripts: { test: 'mocha' }, devDependencies: { mocha: '1' } }) });
    symlinkSync(folder(), join(root, 'node_modules'));
    assert.equal((await detectCommands(await readProjectTree(createWorkspaceFiles(root)))).test?.missing, null);
  });

  it('counts languages by lines, without generated files', async () => {
    const root = folder({
      'a.ts': '1\n2\n3\n',
      'b.tsx': '1\r\n2',
      'c.py': 'x',
      'empty.go': '',
      'bundle.min.js': 'x\n'.repeat(100),
      'vendor/v.js': 'x\n',
      'package-lock.json': '{}\n',
      LICENSE: 'x',
    });
    const context = createProjectContext(root);
    const { output, summary } = await projectDetect.run({}, context);
    assert.deepEqual((output as { languages: unknown }).languages, [
      { name: 'TypeScript', files: 2, lines: 5 },
      { name: 'Python', files: 1, lines: 1 },
      { name: 'Go', files: 1, lines: 0 },
    ]);
    assert.equal(summary, 'TypeScript and Python; no test command');
    assert.ok(projectDetect.output.safeParse(output).success);
  });

  it('knows this repository', async () => {
    const { output } = await projectDetect.run({}, createProjectContext(resolve(import.meta.dirname, '../../..')));
    const known = output as {
      languages: { name: string; files: number }[];
      packageManager: string;
      testCommand: unknown;
      lintCommand: unknown;
    };
    assert.equal(known.languages[0]?.name, 'TypeScript');
    assert.ok((known.languages[0]?.files ?? 0) > 100);
    assert.equal(known.packageManager, 'npm');
    assert.deepEqual(known.testCommand, { argv: ['npm', 'run', 'test:unit'], source: 'package.json scripts.test:unit' });
    assert.deepEqual(known.lintCommand, { argv: ['npm', 'run', 'lint'], source: 'package.json scripts.lint' });
  });
});

// Python projects: pytest when they say so or their tests need it, else unittest; ruff or flake8 when configured.

import { type Commands, NO_COMMANDS, type ProjectCommand } from '#core/skills/project/projectCommand.ts';
import { firstOf, type ProjectTree } from '#core/skills/project/projectText.ts';

const MANIFESTS = [
  'pyproject.toml',
  'setup.cfg',
  'setup.py',
  'tox.ini',
  'pytest.ini',
  'Pipfile',
  'requirements.txt',
  'requirements-dev.txt',
];
const TEST_FILE = /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/;
const PYTEST_SECTION = /^\[(?:tool\.pytest(?:\.ini_options)?|tool:pytest|pytest)\]/m;
const SAMPLE = 20;

export async function pythonCommands(tree: ProjectTree): Promise<Commands> {
  const manifests = MANIFESTS.filter((path) => tree.paths.has(path));
  const tests = [...tree.paths].filter((path) => TEST_FILE.test(path));
  if (manifests.length === 0 && tests.length === 0) return NO_COMMANDS;
  const texts = new Map<string, string>();
  for (const path of manifests) texts.set(path, (await tree.text(path)) ?? '');
  const folder = (await tree.exists('.venv/pyvenv.cfg')) ? '.venv' : (await tree.exists('venv/pyvenv.cfg')) ? 'venv' : null;
  const python = folder === null ? 'python3' : `./${folder}/bin/python`;
  return {
    ...NO_COMMANDS,
    packageManager: pythonManager(tree, texts),
    test: withSources(tree, await testCommand({ tree, tests, texts, python })),
    lint: await lintCommand({ tree, texts, python, folder }),
    manifests,
  };
}

/**
 * With packages in `src`, tests import what is installed: another version, or the folder that the scratch copy was made of.
 * They are to see the copy itself, with the changes in it.
 */
function withSources(tree: ProjectTree, command: ProjectCommand | null): ProjectCommand | null {
  const inSources = command !== null && [...tree.paths].some((path) => /^src\/[^/]+(?:\.py|\/__init__\.py)$/.test(path));
  return inSources ? { ...command, env: { PYTHONPATH: 'src' } } : command;
}

function pythonManager(tree: ProjectTree, texts: ReadonlyMap<string, string>): string | null {
  if (tree.paths.has('uv.lock')) return 'uv';
  if (tree.paths.has('poetry.lock')) return 'poetry';
  if (tree.paths.has('Pipfile')) return 'pipenv';
  return texts.size > 0 ? 'pip' : null;
}

async function testCommand(project: {
  readonly tree: ProjectTree;
  readonly tests: readonly string[];
  readonly texts: ReadonlyMap<string, string>;
  readonly python: string;
}): Promise<ProjectCommand | null> {
  const { tree, tests, texts, python } = project;
  const configured = [...texts].find(([path, text]) => path === 'pytest.ini' || PYTEST_SECTION.test(text))?.[0];
  const first = tests[0];
  const manifest = configured ?? first;
  if (manifest === undefined) return null;
  const pytest: ProjectCommand = { argv: [python, '-m', 'pytest', '-ra', '--color=no'], source: manifest, manifest, missing: null };
  if (configured !== undefined) return pytest;
  const conftest = firstOf(tree, ['conftest.py', 'tests/conftest.py', 'test/conftest.py']);
  if (conftest !== null) return { ...pytest, source: conftest, manifest: conftest };
  const named = [...texts].find(([, text]) => /\bpytest\b/.test(text))?.[0];
  if (named !== undefined) return { ...pytest, source: named, manifest: named };
  if (!(await onlyUnittest(tree, tests))) return pytest;
  const folder = ['tests', 'test'].find((name) => tests.every((path) => path.startsWith(`${name}/`)));
  const isPackage = folder !== undefined && tree.paths.has(`${folder}/__init__.py`);
  const start = folder === undefined ? [] : ['-s', folder, ...(isPackage ? ['-t', '.'] : [])];
  return { argv: [python, '-m', 'unittest', 'discover', '-v', ...start], source: manifest, manifest, missing: null };
}

/** Looks into the first 20 test files: plain `def test_` functions need pytest. */
async function onlyUnittest(tree: ProjectTree, tests: readonly string[]): Promise<boolean> {
  for (const path of tests.slice(0, SAMPLE)) {
    const text = (await tree.text(path)) ?? '';
    if (/^\s*(?:import|from)\s+pytest\b/m.test(text) || /^(?:async )?def test_/m.test(text)) return false;
  }
  return true;
}

async function lintCommand(project: {
  readonly tree: ProjectTree;
  readonly texts: ReadonlyMap<string, string>;
  readonly python: string;
  readonly folder: string | null;
}): Promise<ProjectCommand | null> {
  const { tree, texts, python, folder } = project;
  const ruff = firstOf(tree, ['ruff.toml', '.ruff.toml']) ?? [...texts].find(([, text]) => /^\[tool\.ruff[.\]]/m.test(text))?.[0];
  if (ruff !== undefined) {
    const own = folder === null ? null : `./${folder}/bin/ruff`;
    const program = own !== null && (await tree.exists(own.slice(2))) ? own : 'ruff';
    return { argv: [program, 'check', '--output-format=concise', '.'], source: ruff, manifest: ruff, missing: null };
  }
  const flake8 = firstOf(tree, ['.flake8']) ?? [...texts].find(([, text]) => /^\[flake8\]/m.test(text))?.[0];
  return flake8 === undefined ? null : { argv: [python, '-m', 'flake8'], source: flake8, manifest: flake8, missing: null };
}

// `npm test`: everything, from a fresh clone on a bare machine. Ends with one line: `N passed, N failed`.
// `npm test -- unit crash` runs only those suites.
import { spawn } from 'node:child_process';
import { ensureInstalled, nodePath, root, toolEnv } from './setup.mjs';

ensureInstalled();

const mocha = ['node_modules/mocha/bin/mocha.js'];
const suites = [
  { name: 'format', argv: ['oxfmt', '--check', '.'] },
  { name: 'lint', argv: ['oxlint', '--type-aware'] },
  { name: 'types', argv: ['tsc', '-p', '.'] },
  { name: 'types of base and protocol', argv: ['tsc', '-p', 'tsconfig.base.json'] },
  { name: 'types of the pages', argv: ['tsc', '-p', 'tsconfig.webview.json'] },
  { name: 'dead code', argv: ['knip'] },
  { name: 'build', node: ['esbuild.mjs', '--tests'] },
  { name: 'cli', node: [...mocha, '--config', 'test/cli/mocharc.json'] },
  { name: 'unit', node: mocha },
  { name: 'crash', node: [...mocha, '--config', 'test/crash/mocharc.json'] },
  { name: 'package', node: ['scripts/package.mjs'] },
  { name: 'pages', node: ['scripts/testPages.mjs'] },
  { name: 'host', node: ['scripts/testHost.mjs'] },
  { name: 'e2e', node: ['scripts/testE2e.mjs'] },
];

/** Counts from mocha's summary or from a closing `N passed, N failed`. A suite that prints neither is one check. */
export function countsOf(output, exitCode) {
  // oxlint-disable-next-line no-control-regex
  const text = output.replace(/\u001b\[[0-9;]*m/g, '');
  const plain = [...text.matchAll(/^(\d+) passed, (\d+) failed/gm)].at(-1);
  const passing = [...text.matchAll(/^\s*(\d+) passing/gm)].at(-1);
  const failing = [...text.matchAll(/^\s*(\d+) failing/gm)].at(-1);
  let passed = Number(plain?.[1] ?? passing?.[1] ?? (exitCode === 0 ? 1 : 0));
  let failed = Number(plain?.[2] ?? failing?.[1] ?? 0);
  if (exitCode !== 0 && failed === 0) failed = 1;
  if (exitCode === 0 && failed > 0) passed = Math.max(0, passed);
  return { passed, failed };
}

function run(suite) {
  const isWindows = process.platform === 'win32';
  const [program, args] = suite.node ? [nodePath(), suite.node] : [suite.argv[0], suite.argv.slice(1)];
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, { cwd: root, env: toolEnv(), stdio: ['ignore', 'pipe', 'pipe'], shell: isWindows && !suite.node });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (chunk) => {
        output += chunk;
        process.stdout.write(chunk);
      });
    }
    child.on('error', (error) => resolve({ passed: 0, failed: 1, error }));
    child.on('close', (code) => resolve(countsOf(output, code ?? 1)));
  });
}

const wanted = process.argv.slice(2);
const total = { passed: 0, failed: 0 };
const failedSuites = [];
for (const suite of suites.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const startedAt = Date.now();
  console.log(`\n▶ ${suite.name}`);
  const counts = await run(suite);
  total.passed += counts.passed;
  total.failed += counts.failed;
  if (counts.failed > 0) failedSuites.push(suite.name);
  if (counts.error) console.log(String(counts.error));
  console.log(`  ${suite.name}: ${counts.passed} passed, ${counts.failed} failed in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
}
if (failedSuites.length > 0) console.log(`\nFailed: ${failedSuites.join(', ')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

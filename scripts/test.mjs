// `npm test`: everything, from a fresh clone on a bare machine. `npm test -- unit crash` runs only those suites.
// What fails is tried once more, in a process of its own; it ends with what needed that, what failed, and `N passed, N failed`.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { ensureInstalled, nodePath, root, toolEnv } from './setup.mjs';
import { againPattern, countsOf, failureLines, lastLines, settle } from './testResults.mjs';

/** More failures than that are no accident, and a second attempt would only take time. */
const MOST_TRIED_AGAIN = 20;

const mocha = ['node_modules/mocha/bin/mocha.js', '--reporter', 'test/support/recordingReporter.ts'];
/** Files side by side, each on its own folders; a second attempt runs alone. */
const sideBySide = ['--parallel', '--jobs', String(Math.min(4, availableParallelism()))];
/** Those with `node` say what became of each test, in the file that `CAS_TEST_RESULTS` names, and take `--grep`; `first` is for the first attempt. */
const suites = [
  { name: 'format', argv: ['oxfmt', '--check', '.'] },
  { name: 'lint', argv: ['oxlint', '--type-aware'] },
  { name: 'types', argv: ['tsc', '-p', '.'] },
  { name: 'types of base and protocol', argv: ['tsc', '-p', 'tsconfig.base.json'] },
  { name: 'types of the pages', argv: ['tsc', '-p', 'tsconfig.webview.json'] },
  { name: 'dead code', argv: ['knip'] },
  { name: 'build', argv: ['node', 'esbuild.mjs', '--tests'] },
  { name: 'cli', node: [...mocha, '--config', 'test/cli/mocharc.json'], first: sideBySide },
  { name: 'unit', node: [...mocha, '--reporter-option', 'base=dot'], first: sideBySide },
  { name: 'crash', node: [...mocha, '--config', 'test/crash/mocharc.json'] },
  { name: 'package', argv: ['node', 'scripts/package.mjs'] },
  { name: 'pages', node: ['scripts/testPages.mjs'] },
  { name: 'host', node: ['scripts/testHost.mjs'] },
  { name: 'e2e', node: ['scripts/testE2e.mjs'] },
];

/** Prints what the program prints. */
function start(program, args, env) {
  const shell = process.platform === 'win32' && program !== nodePath();
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, { cwd: root, env: toolEnv(env), stdio: ['ignore', 'pipe', 'pipe'], shell });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (chunk) => {
        output += chunk;
        process.stdout.write(chunk);
      });
    }
    child.on('error', (error) => resolve({ output: String(error), code: 1 }));
    child.on('close', (code, signal) => resolve({ output, code: code ?? signal }));
  });
}

/** A check that passes or fails as a whole. */
async function runCheck({ name, argv: [program, ...args] }) {
  const { output, code } = await start(program === 'node' ? nodePath() : program, args);
  const { passed, failed } = countsOf(output, code);
  return { passed, failed, failures: failed > 0 ? [{ title: name, error: lastLines(output) }] : [], atSecondAttempt: [] };
}

async function attempt(suite, file, more = []) {
  const { code, output } = await start(nodePath(), [...suite.node, ...more], { CAS_TEST_RESULTS: file });
  return { code, output, results: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null };
}

async function runTests(suite, folder) {
  const file = (name) => path.join(folder, `${suite.name}-${name}.json`);
  const first = await attempt(suite, file('first'), suite.first);
  if (first.results === null) return runAlone(suite, first, file('alone'));
  const failing = first.results.filter(({ state }) => state === 'failed');
  const pattern = failing.length > MOST_TRIED_AGAIN ? null : againPattern(failing);
  if (pattern !== null) console.log(`\n▶ ${suite.name}, what failed once more`);
  const second = pattern === null ? null : await attempt(suite, file('second'), ['--grep', pattern]);
  const settled = settle(first.results, second?.results ?? null);
  const failures = [...settled.failed];
  const { code, output } = second ?? first;
  if (failures.length === 0 && (code !== 0 || settled.passed === 0))
    failures.push({ title: `it ended with ${code}`, error: lastLines(output) });
  return { ...settled, failed: failures.length, failures };
}

/** A suite whose process died said nothing of its tests: all of them once more, file by file. */
async function runAlone(suite, { code, output }, file) {
  console.log(`\n▶ ${suite.name}, which ended with ${code}, once more`);
  const died = { title: `it ended with ${code}`, error: lastLines(output) };
  const { results, ...again } = await attempt(suite, file);
  const { passed, failed } = settle(results ?? [], null);
  if (again.code !== 0 && failed.length === 0) {
    const twice = { title: `it ended with ${again.code}`, error: lastLines(again.output) };
    return { passed, failed: 1, failures: [twice], atSecondAttempt: [] };
  }
  return { passed, failed: failed.length, failures: failed, atSecondAttempt: [died] };
}

ensureInstalled();
// One seed for all, so that the second attempt of a randomised test tries the same again.
process.env.CAS_SEED ??= String(Math.floor(Math.random() * 2 ** 31));
console.log(`CAS_SEED=${process.env.CAS_SEED}`);
const folder = mkdtempSync(path.join(tmpdir(), 'cas-test-'));
const wanted = process.argv.slice(2);
const total = { passed: 0, failed: 0 };
const failures = [];
const atSecondAttempt = [];
for (const suite of suites.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const startedAt = Date.now();
  console.log(`\n▶ ${suite.name}`);
  const result = await (suite.node ? runTests(suite, folder) : runCheck(suite));
  total.passed += result.passed;
  total.failed += result.failed;
  const named = (failure) => ({ ...failure, title: `${suite.name}: ${failure.title}` });
  failures.push(...(suite.node ? result.failures.map(named) : result.failures));
  atSecondAttempt.push(...result.atSecondAttempt.map(named));
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(`  ${suite.name}: ${result.passed} passed, ${result.failed} failed in ${seconds} s`);
}
rmSync(folder, { recursive: true, force: true });
if (atSecondAttempt.length > 0) {
  console.log('\nPassed at the second attempt:');
  for (const failure of atSecondAttempt) console.log(failureLines(failure).join('\n').replace('✗', '↻'));
}
if (failures.length > 0) {
  console.log('\nFailed:');
  for (const failure of failures) console.log(failureLines(failure).join('\n'));
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

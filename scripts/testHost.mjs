// Runs test/host inside a real extension host. `--no-build` takes dist/ and out/ as they are, `--grep TEXT` narrows,
// `--extension DIR` tests another build, `--desktop` uses the downloaded desktop editor. Last line: `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { remoteUri, startBrowser, startHost, workbenchUrl } from '../test/support/vscode/host.mjs';
import { makeRepository } from '../test/support/vscode/repository.mjs';
import { root } from './vscodeHost.mjs';

/** A run takes a minute; one that hangs must leave time for a second attempt. */
const LIMIT_MS = 600_000;

const { values: options } = parseArgs({
  options: {
    build: { type: 'boolean', default: true },
    grep: { type: 'string' },
    extension: { type: 'string', default: root },
    desktop: { type: 'boolean', default: false },
  },
  allowNegative: true,
});

function build() {
  const result = spawnSync(process.execPath, ['esbuild.mjs', '--tests'], { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Desktop VS Code, where its download site can be reached. */
async function runDesktop(env, workspace) {
  const { runTests } = await import('@vscode/test-electron');
  await runTests({
    extensionDevelopmentPath: options.extension,
    extensionTestsPath: path.join(options.extension, 'out/test/index.cjs'),
    launchArgs: [workspace, '--disable-extensions', '--disable-workspace-trust'],
    extensionTestsEnv: env,
  }).catch((error) => console.error(String(error))); // the results file decides
}

/** Our own errors and warnings in the extension host's console; the rest of the workbench's chatter is left out. */
function printConsole(message) {
  const text = message.text();
  if (/Extension Host/.test(text) && /cas/i.test(text)) console.error(text.replace(/^%c/, '').slice(0, 600));
}

async function runServed(env, workspace) {
  const host = await startHost({
    env,
    workspace,
    automation: true,
    settings: { 'chat.disableAIFeatures': false },
    extensions: [{ id: 'test.fake-model-0.0.1', from: path.join(root, 'test/support/vscode/fakeModel') }],
  });
  let browser;
  try {
    browser = await startBrowser(host);
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    page.on('console', printConsole);
    await page.exposeFunction('codeAutomationLog', () => {});
    const exit = new Promise((resolve) => {
      setTimeout(() => resolve(124), LIMIT_MS).unref();
      page.on('crash', () => resolve(3));
      void page.exposeFunction('codeAutomationExit', resolve);
    });
    const payload = [
      ['extensionDevelopmentPath', remoteUri(host, options.extension)],
      ['extensionTestsPath', remoteUri(host, path.join(options.extension, 'out/test/index.cjs'))],
    ];
    await page.goto(workbenchUrl(host, payload));
    if ((await exit) === 124) console.error(`The tests did not end within ${LIMIT_MS / 1000} s.`);
  } finally {
    await browser?.close();
    await host.stop();
  }
}

function report(resultsFile) {
  const tests = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')) : [];
  for (const { title, state, error } of tests) {
    console.log(`${{ passed: '✓', failed: '✗', pending: '-' }[state]} ${title}`);
    if (error) console.log(error.replaceAll(/^/gm, '    '));
  }
  const count = (state) => tests.filter((test) => test.state === state).length;
  const failed = count('failed') + (tests.length === 0 ? 1 : 0);
  if (tests.length === 0) console.log('✗ the suites did not run to their end');
  console.log(`${count('passed')} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

if (options.build) build();
const folder = mkdtempSync(path.join(tmpdir(), 'cas-host-'));
try {
  const workspace = path.join(folder, 'workspace');
  await makeRepository(workspace);
  const results = process.env.CAS_TEST_RESULTS ?? path.join(folder, 'results.json');
  const env = { CAS_TEST_RESULTS: results, CAS_TEST_GREP: options.grep ?? '' };
  await (options.desktop ? runDesktop : runServed)(env, workspace);
  if (process.env.CAS_KEEP_WORKSPACE) cpSync(workspace, process.env.CAS_KEEP_WORKSPACE, { recursive: true });
  report(results);
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

// A real VS Code for tests, without its download site: code-server from npm, in a cache folder, and a Chromium for its window.
// `node scripts/vscodeHost.mjs` only prepares; the test scripts import `prepareHost`. What is there already is kept.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** VS Code 1.139.1. */
const CODE_SERVER = '4.139.1';
const cache = process.env.CAS_VSCODE_HOST ?? path.join(root, '.cache', 'vscode-host');
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The environment of every npm call: no settings of the npm that may have started us, no foreign Node headers. */
function npmEnvironment() {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_OPTIONS$/i.test(name));
  const quiet = { npm_config_fund: 'false', npm_config_audit: 'false', npm_config_nodedir: '' };
  // What npm has fetched before is taken as it is: the version is exact, and a machine may be offline by now.
  return { ...Object.fromEntries(own), ...quiet, npm_config_prefer_offline: 'true' };
}

async function npmInstall(cwd, ...args) {
  await run('npm', ['install', '--ignore-scripts', '--no-package-lock', ...args], { cwd, env: npmEnvironment(), maxBuffer: 1 << 26 });
}

/** Nothing is compiled: only VS Code's own log files need a native module, and nobody reads them here. */
async function installCodeServer(folder) {
  const work = `${folder}.part-${process.pid}`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  writeFileSync(path.join(work, 'package.json'), JSON.stringify({ private: true, dependencies: { 'code-server': CODE_SERVER } }));
  await npmInstall(work);
  const editor = path.join(work, 'node_modules/code-server/lib/vscode');
  await npmInstall(editor, '--omit=dev');
  await npmInstall(path.join(editor, 'extensions'), '--omit=dev');
  for (const [link, target] of [
    ['bin/remote-cli/code-server', 'code-linux.sh'],
    ['bin/helpers/browser.sh', 'browser-linux.sh'],
  ]) {
    if (!existsSync(path.join(editor, link))) symlinkSync(target, path.join(editor, link));
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(work, folder);
}

function findBrowser() {
  if (process.env.CAS_CHROMIUM) return process.env.CAS_CHROMIUM;
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  for (const name of BROWSERS) {
    const file = folders.map((folder) => path.join(folder, name)).find((candidate) => existsSync(candidate));
    if (file) return file;
  }
  return null;
}

/** Debian and its children only; elsewhere the message says what to do. */
function installBrowser() {
  const isRoot = process.getuid?.() === 0;
  const apt = (...args) => {
    const argv = isRoot ? ['apt-get', ...args] : ['sudo', '-n', 'apt-get', ...args];
    return spawnSync(argv[0], argv.slice(1), { encoding: 'utf8', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  };
  apt('update', '-qq');
  const result = apt('install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-liberation');
  const found = findBrowser();
  if (found) return found;
  const why = result.error?.message ?? result.stderr?.trim().split('\n').at(-1) ?? 'unknown';
  throw new Error(
    `The tests in a real VS Code need Chromium. Installing it with apt-get failed (${why}). Install it, or name one in CAS_CHROMIUM.`,
  );
}

/** Path of a Chromium; installed first when there is none. */
export function prepareBrowser() {
  return findBrowser() ?? installBrowser();
}

/**
 * Installs what is missing (about 25 s and 800 MB the first time) and says where things are.
 * @returns {Promise<{ node: string, entry: string, chromium: string }>} absolute paths
 */
export async function prepareHost() {
  if (process.platform !== 'linux') {
    throw new Error(
      'This editor host needs Linux. Elsewhere run `node scripts/testHost.mjs --desktop`, which downloads the desktop VS Code.',
    );
  }
  const chromium = prepareBrowser();
  const folder = path.join(cache, CODE_SERVER);
  const entry = path.join(folder, 'node_modules/code-server/out/node/entry.js');
  if (!existsSync(entry)) {
    process.stderr.write(`Installing code-server ${CODE_SERVER} into ${path.relative(process.cwd(), folder) || folder} …\n`);
    mkdirSync(cache, { recursive: true });
    await installCodeServer(folder);
  }
  const node = path.join(root, 'node_modules/node/bin/node');
  return { node: existsSync(node) ? node : process.execPath, entry, chromium };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const host = await prepareHost();
  process.stdout.write(`${JSON.stringify(host, null, 2)}\n`);
}

// Makes a fresh clone ready: dependencies from the lockfile, then the bundles. Plain JavaScript that Node 18 runs;
// everything after it runs on the Node of node_modules (24).
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
const binFolder = path.join(root, 'node_modules', '.bin');

/** The environment for everything after setup: the project's own Node first on the path. */
export function toolEnv(extra = {}) {
  return { ...process.env, ...extra, PATH: `${binFolder}${path.delimiter}${process.env.PATH ?? ''}` };
}

/** The project's Node 24, as a path. */
export function nodePath() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const own = path.join(root, 'node_modules', 'node', 'bin', name);
  return existsSync(own) ? own : process.execPath;
}

/** Runs npm, whichever way this process was started. `options` as of spawnSync; `node` runs it on another Node than this one. */
export function npm(args, { node = process.execPath, ...options } = {}) {
  const cli = process.env.npm_execpath;
  const [program, first] = cli?.endsWith('.js') ? [node, [cli]] : ['npm', []];
  const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}` };
  return spawnSync(program, [...first, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env,
    shell: program === 'npm' && process.platform === 'win32',
    ...options,
  });
}

/** npm leaves out optional packages that say they need a newer Node; with an old one, the project's Node is fetched first. */
function installingNode() {
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
  const { node: version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).devDependencies;
  const folder = path.join(root, '.cache', `node-${version}`);
  const own = path.join(folder, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(own)) return own;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
  const done = npm(['install', '--no-save', '--no-fund', '--no-audit', '--loglevel=error', `node@${version}`], { cwd: folder });
  if (done.status === 0 && existsSync(own)) return own;
  console.error(`Node ${version} could not be installed into ${folder}; see the output above.`);
  process.exit(done.status || 1);
}

export function ensureInstalled() {
  const wanted = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = path.join(root, 'node_modules', '.cas-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('Installing dependencies (about a minute the first time)…');
  const done = npm(['ci', '--no-fund', '--no-audit', '--loglevel=error'], { node: installingNode() });
  if (done.status !== 0) {
    console.error('npm ci failed; see its output above. CAS needs the npm registry once, for the first start.');
    process.exit(done.status ?? 1);
  }
  writeFileSync(stamp, wanted);
}

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(full) : statSync(full).mtimeMs);
  }
  return latest;
}

/** Builds when a source is newer than the last build. */
export function ensureBuilt() {
  const stamp = path.join(root, 'dist', '.built');
  const sources = ['src', 'webview-ui', 'resources', 'scripts'].map((folder) => newest(path.join(root, folder)));
  const files = ['esbuild.mjs', 'package.json', 'package-lock.json'].map((file) => statSync(path.join(root, file)).mtimeMs);
  if (existsSync(stamp) && statSync(stamp).mtimeMs > Math.max(...sources, ...files)) return;
  const done = spawnSync(nodePath(), ['esbuild.mjs'], { cwd: root, stdio: ['ignore', 2, 2], env: toolEnv() });
  if (done.status !== 0) process.exit(done.status ?? 1);
  writeFileSync(stamp, '');
}

// What the bench compares with and the product does not need: installed into .cache/bench, exact versions, once.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nodePath, npm, root, toolEnv } from './setup.mjs';

const LIMIT_MS = 180_000;

// These fit together: later langgraph asks for peers that are not published, and the saver's own better-sqlite3 12 aborts on Node 24.
const manifest = {
  name: 'cas-bench-peers',
  private: true,
  dependencies: {
    '@langchain/core': '1.2.13',
    '@langchain/langgraph': '1.4.18',
    '@langchain/langgraph-checkpoint': '1.1.5',
    '@langchain/langgraph-checkpoint-sqlite': '1.0.4',
    '@langchain/langgraph-sdk': '1.12.0',
    '@langchain/protocol': '0.0.19',
    'better-sqlite3': '13.2.0',
    zod: '4.6.7',
  },
  overrides: { 'better-sqlite3': '$better-sqlite3' },
};

/** `{ folder }` with the packages in its node_modules, or `{ reason }` why they cannot be there. */
export function ensurePeers() {
  const folder = path.join(root, '.cache', 'bench', 'peers');
  const wanted = JSON.stringify(manifest, null, 2);
  const stamp = path.join(folder, 'node_modules', '.cas-installed');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    console.error('Installing what the bench compares with (about half a minute, once)…');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'package.json'), wanted);
    const quiet = ['--legacy-peer-deps', '--no-fund', '--no-audit', '--loglevel=error'];
    // better-sqlite3 comes with its binaries: no compiler, and no scripts of others.
    const done = npm(['install', '--ignore-scripts', ...quiet], { cwd: folder, timeout: LIMIT_MS });
    if (done.status !== 0) return { reason: 'npm could not install the packages to compare with' };
    writeFileSync(stamp, wanted);
  }
  // In a process of its own: a binary that does not fit may end it.
  const tried = spawnSync(nodePath(), ['-e', "new (require('better-sqlite3'))(':memory:')"], { cwd: folder, env: toolEnv() });
  return tried.status === 0 ? { folder } : { reason: 'better-sqlite3 has no binary that runs here' };
}

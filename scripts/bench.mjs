// `npm run bench [-- --json]`: measures CAS beside what it is compared with, prints the table and writes docs/benchmarks.md.
// Fails when a floor is not met. Works from a fresh clone.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensurePeers } from './benchPeers.mjs';
import { ensureBuilt, ensureInstalled, nodePath, root, toolEnv } from './setup.mjs';

ensureInstalled();
ensureBuilt();

const peers = ensurePeers();
const found = 'folder' in peers ? ['--peers', peers.folder] : ['--no-peers', peers.reason];
// A tracer switched on in the environment would send the compared runs over the network.
const env = toolEnv({ LANGSMITH_TRACING: 'false', LANGCHAIN_TRACING_V2: 'false' });
const done = spawnSync(nodePath(), [path.join(root, 'test', 'bench', 'main.ts'), ...found, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env,
});
process.exitCode = done.status ?? 1;

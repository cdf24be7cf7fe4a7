// `npm start [-- --workspace DIR …]`: from a fresh clone to a reviewed repository. Any other option goes to `cas workflow run code-review`.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureBuilt, ensureInstalled, nodePath, root, toolEnv } from './setup.mjs';

ensureInstalled();
ensureBuilt();

const given = process.argv.slice(2);
const hasWorkspace = given.some((arg) => arg === '--workspace' || arg.startsWith('--workspace='));
const where = hasWorkspace ? [] : ['--workspace', process.env.INIT_CWD ?? root];
const child = spawn(nodePath(), [path.join(root, 'dist', 'cli.mjs'), 'workflow', 'run', 'code-review', ...where, ...given], {
  stdio: 'inherit',
  cwd: process.env.INIT_CWD ?? root,
  env: toolEnv(),
});
// The terminal sends Ctrl-C to the whole group: the run stops itself and says how to go on; this process only waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)));

// `npm start [-- --workspace DIR …]`: from a fresh clone to a reviewed repository. Options go to `cas workflow run code-review`;
// words of the command line go there as they are: `npm start -- proposals list`.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureBuilt, ensureInstalled, nodePath, root, toolEnv } from './setup.mjs';

ensureInstalled();
ensureBuilt();

const cwd = process.env.INIT_CWD ?? root;
const given = process.argv.slice(2);
const isCommand = (given[0] !== undefined && !given[0].startsWith('-')) || given.includes('--help') || given.includes('--version');
const hasWorkspace = given.some((arg) => /^(--workspace|-w)(=|$)/.test(arg));
const review = ['workflow', 'run', 'code-review', ...(hasWorkspace ? [] : ['--workspace', cwd]), ...given];
const words = isCommand ? given : review;

// What the command line prints to be typed next must work from here: through this script, which finds the right Node.
const command = path.resolve(cwd) === path.resolve(root) ? 'npm start --' : `npm --prefix ${JSON.stringify(root)} start --`;
const child = spawn(nodePath(), [path.join(root, 'dist', 'cli.mjs'), ...words], {
  stdio: 'inherit',
  cwd,
  env: toolEnv({ CAS_COMMAND: command }),
});
// The terminal sends Ctrl-C to the whole group: the run stops itself and says how to go on; this process only waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)));

// On a Node that is too old the program goes on in the one that was installed with it, or says what is needed.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST = 22;
/** As documented: the workspace could not be opened. */
const UNAVAILABLE = 4;

/** False: this Node will do. True: it is taken care of, and nothing else may start here. */
export function olderNode(): boolean {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST) return false;
  const program = fileURLToPath(import.meta.url);
  const own = besides(program);
  if (own === null) {
    process.stderr.write(
      `cas: Node ${OLDEST} or newer is needed; this is ${process.version}. In a clone, \`npm start -- …\` brings its own.\n`,
    );
    process.exitCode = UNAVAILABLE;
    return true;
  }
  const child = spawn(own, process.argv.slice(1), { stdio: 'inherit' });
  // Ctrl-C reaches the whole group; the program stops itself and this process waits for it.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 130));
  return true;
}

/** node_modules/node of the clone that `dist/` lies in. */
function besides(program: string): string | null {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (let folder = path.dirname(program); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const found = path.join(folder, 'node_modules', 'node', 'bin', name);
    if (existsSync(found)) return found;
  }
  return null;
}

// The files git knows in a folder. Plain `git ls-files` with nothing of the repository's configuration that could run code.

import { spawn } from 'node:child_process';
import { abortError, throwIfAborted } from '#base/abort.ts';

/** Settings of a repository that name a program to run are switched off; `git` never asks for anything. */
const SAFE_CONFIG = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'core.quotePath=false'];

/** `process.env` without git's own variables: a hook's GIT_DIR must not redirect us to another repository. */
export function gitEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.toUpperCase().startsWith('GIT_'));
  return { ...Object.fromEntries(kept), GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_PAGER: 'cat', LC_ALL: 'C' };
}

/**
 * Tracked and untracked files below `root`, relative to it, as git stores the names; deleted files, submodules and
 * nested repositories (which end with `/`) may be among them. Untracked node_modules are left out whatever .gitignore
 * says. Null when git is missing or `root` is in no work tree it accepts. Ends with AbortError on abort.
 */
export async function gitList(root: string, signal?: AbortSignal): Promise<readonly string[] | null> {
  throwIfAborted(signal);
  const excludes = ['-x', 'node_modules/', '-x', '.cas/'];
  const argv = ['-C', root, ...SAFE_CONFIG, 'ls-files', '-c', '-o', '--exclude-standard', ...excludes, '-z'];
  const output = await gitOutput(argv, signal);
  if (output === null) return null;
  const names = output.split('\0');
  names.pop();
  return names;
}

/** Standard output as UTF-8, or null when git cannot be run or fails. */
function gitOutput(argv: readonly string[], signal: AbortSignal | undefined): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', argv, { env: gitEnvironment(), stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true });
    const chunks: Buffer[] = [];
    const onAbort = (): void => void child.kill('SIGKILL');
    signal?.addEventListener('abort', onAbort, { once: true });
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', () => {
      signal?.removeEventListener('abort', onAbort);
      resolve(null);
    });
    child.on('close', (exitCode) => {
      signal?.removeEventListener('abort', onAbort);
      if (signal?.aborted) reject(abortError());
      else resolve(exitCode === 0 ? Buffer.concat(chunks).toString('utf8') : null);
    });
  });
}

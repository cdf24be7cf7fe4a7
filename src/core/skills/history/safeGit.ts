// git through simple-git, so that a repository's own configuration cannot make it run a program.

import { simpleGit, type SimpleGit } from 'simple-git';
import { abortError } from '#base/abort.ts';

/** Reads the repository around `root`. Commands end when the signal fires. Nothing is locked, fetched, asked or paged. */
export function openGit(root: string, signal: AbortSignal): SimpleGit {
  if (signal.aborted) throw abortError();
  return simpleGit({
    baseDir: root,
    abort: signal,
    trimmed: false,
    maxConcurrentProcesses: 2,
    timeout: { block: 60_000 },
    config: [
      'core.fsmonitor=false',
      'core.hooksPath=/dev/null',
      'core.quotePath=false',
      'log.showSignature=false',
      'blame.ignoreRevsFile=',
    ],
    unsafe: { allowUnsafeFsMonitor: true, allowUnsafeHooksPath: true },
    allowEnvironment: ['GIT_OPTIONAL_LOCKS', 'GIT_TERMINAL_PROMPT', 'GIT_NO_LAZY_FETCH', 'GIT_NO_REPLACE_OBJECTS'],
  }).env({
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    USERPROFILE: process.env['USERPROFILE'],
    SYSTEMROOT: process.env['SYSTEMROOT'],
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
  });
}

export type Repository =
  | { readonly kind: 'ready'; readonly shallow: boolean }
  /** `reason` is a sentence for people. */
  | { readonly kind: 'none'; readonly reason: string };

/** Says why there is no history to read, instead of failing: it is a fact about the folder. */
export async function inspectRepository(git: SimpleGit, signal: AbortSignal): Promise<Repository> {
  const answer = async (...args: string[]): Promise<string | Error> => {
    try {
      return (await git.raw(args)).trim();
    } catch (error) {
      if (signal.aborted) throw abortError();
      return error instanceof Error ? error : new Error(String(error));
    }
  };
  const inside = await answer('rev-parse', '--is-inside-work-tree', '--is-shallow-repository');
  if (inside instanceof Error) return { kind: 'none', reason: reasonOf(inside) };
  const [workTree, shallow] = inside.split('\n');
  if (workTree !== 'true') return { kind: 'none', reason: 'This folder is not the working tree of a git repository.' };
  const head = await answer('rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
  if (head instanceof Error || head === '') return { kind: 'none', reason: 'The repository has no commits yet.' };
  return { kind: 'ready', shallow: shallow === 'true' };
}

function reasonOf(error: Error): string {
  if (/ENOENT/.test(error.message)) return 'git is not installed, or not on the path.';
  if (/dubious ownership/.test(error.message)) return 'git refuses the repository: it belongs to another user (safe.directory).';
  if (/not a git repository/i.test(error.message)) return 'This folder is not a git repository.';
  return `git cannot read the repository: ${error.message.split('\n')[0] ?? ''}`;
}

// Commits what a person accepted: exactly the given files, the rest of the index as it was.

import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type SimpleGit, simpleGit } from 'simple-git';
import { AppError } from '#base/errors.ts';
import type { CommitPort } from '#core/proposals/ledger.ts';

export interface GitCommitOptions {
  readonly root: string;
  /** False refuses: a commit runs the repository's hooks. Asked before each commit. */
  readonly trusted: () => boolean;
  /** For the whole commit with its hooks. Default 120,000. */
  readonly timeoutMs?: number;
}

/** Who commits may come from the environment; all else of git's environment is dropped. */
const IDENTITY = ['GIT_AUTHOR_NAME', 'GIT_AUTHOR_EMAIL', 'GIT_COMMITTER_NAME', 'GIT_COMMITTER_EMAIL'];

/** What git leaves in its folder while something is half done. */
const UNFINISHED: readonly (readonly [file: string, what: string])[] = [
  ['MERGE_HEAD', 'merge'],
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
];

const gitUntrusted = (): AppError =>
  new AppError({ code: 'git.untrusted', message: 'A commit runs the hooks of the repository; the workspace is not trusted.' });

const gitBusy = (what: string): AppError =>
  new AppError({
    code: 'git.busy',
    message: `A ${what} is under way in this repository: finish or abort it, then commit.`,
    details: { what },
  });

const gitCommitFailed = (cause: unknown): AppError => {
  const reason = cause instanceof Error ? cause.message.trim() : String(cause);
  return new AppError({ code: 'git.commitFailed', message: `git did not commit: ${reason}`, details: { reason }, cause });
};

/**
 * Undefined when `root` is in no work tree or git is missing. The port commits the files as they are on disk, other
 * edits in them included, on the current branch; staged changes of other files stay staged. The repository's hooks run
 * (people rely on them), so only in a trusted workspace. Fails with `git.untrusted`, `git.busy`, or `git.commitFailed`
 * (a hook said no, no identity, nothing changed, the time limit), and the index is then as it was.
 */
export async function createGitCommit(options: GitCommitOptions): Promise<CommitPort | undefined> {
  const inside = await gitAt(options)
    .raw('rev-parse', '--is-inside-work-tree')
    .catch(() => 'false'); // No repository, or no git.
  if (inside.trim() !== 'true') return undefined;
  return async ({ paths, message, trailers }) => {
    if (!options.trusted()) throw gitUntrusted();
    const git = gitAt(options);
    await refuseUnfinished(git, options.root);
    const fresh = await untracked(git, paths);
    try {
      if (fresh.length > 0) await git.raw('--literal-pathspecs', 'add', '--intent-to-add', '--force', '--', ...fresh);
      await git.raw('--literal-pathspecs', 'commit', '--quiet', '--only', ...messageOf(message, trailers), '--', ...paths);
    } catch (error) {
      if (fresh.length > 0)
        await gitAt(options).raw('--literal-pathspecs', 'rm', '--cached', '--quiet', '--force', '--ignore-unmatch', '--', ...fresh);
      throw gitCommitFailed(error);
    }
    return (await git.raw('rev-parse', 'HEAD')).trim();
  };
}

/** A new one each time: an instance that failed refuses what is queued behind. */
function gitAt(options: GitCommitOptions): SimpleGit {
  return simpleGit({
    baseDir: options.root,
    abort: AbortSignal.timeout(options.timeoutMs ?? 120_000),
    allowEnvironment: IDENTITY,
    config: ['core.quotePath=false'],
    // simple-git takes a failure that says nothing on stderr ("nothing to commit") for success.
    errors: (error, { exitCode, stdOut, stdErr }) => {
      if (error || exitCode === 0) return error;
      return new Error(
        Buffer.concat([...stdErr, ...stdOut])
          .toString('utf8')
          .trim() || `exit code ${exitCode}`,
      );
    },
  });
}

function messageOf(message: string, trailers: { readonly [name: string]: string }): readonly string[] {
  const lines = Object.entries(trailers).map(([name, value]) => `--trailer=${name}: ${value.replace(/\s+/g, ' ')}`);
  return [`--message=${message}`, '--cleanup=whitespace', ...lines];
}

async function refuseUnfinished(git: SimpleGit, root: string): Promise<void> {
  for (const [file, what] of UNFINISHED) {
    const path = resolve(root, (await git.raw('rev-parse', '--git-path', file)).trim());
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) throw gitBusy(what);
  }
}

/** Files git does not know yet; `--only` cannot name those. */
async function untracked(git: SimpleGit, paths: readonly string[]): Promise<readonly string[]> {
  const known = await git.raw('--literal-pathspecs', 'ls-files', '-z', '--', ...paths);
  const names = new Set(known.split('\0'));
  return paths.filter((path) => !names.has(path));
}

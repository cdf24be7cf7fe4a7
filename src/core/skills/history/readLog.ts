// Reads the log page by page, so that a long history never stands in memory as a whole.

import type { SimpleGit } from 'simple-git';
import { abortError, throwIfAborted } from '#base/abort.ts';
import { AppError } from '#base/errors.ts';

export interface Change {
  /** Path in this commit, relative to the workspace; `from` when it was renamed here. */
  readonly path: string;
  readonly from: string | null;
  /** Lines; 0 for binary files. */
  readonly added: number;
  readonly deleted: number;
}

export interface Commit {
  readonly hash: string;
  readonly at: number;
  readonly author: string;
  readonly subject: string;
  readonly changes: readonly Change[];
}

export interface LogOptions {
  /** Epoch ms of the oldest commit wanted. */
  readonly sinceAt: number;
  readonly maxCommits: number;
  readonly signal: AbortSignal;
}

const PAGE = 1000;
const FORMAT = '%x01%H%x02%at%x02%aN%x02%s';

/** Newest first, merges left out, paths relative to the folder git was opened on. Throws `git.incomplete` (a partial clone), `git.failed`. */
export async function* readLog(git: SimpleGit, options: LogOptions): AsyncGenerator<Commit> {
  for (let skip = 0; skip < options.maxCommits; skip += PAGE) {
    throwIfAborted(options.signal);
    const page = Math.min(PAGE, options.maxCommits - skip);
    const commits = parseLog(await logPage(git, options, skip, page));
    yield* commits;
    if (commits.length < page) return;
  }
}

async function logPage(git: SimpleGit, options: LogOptions, skip: number, page: number): Promise<string> {
  const since = `--since=${new Date(options.sinceAt).toISOString()}`;
  const range = [`--max-count=${page}`, `--skip=${skip}`, since, '--no-merges'];
  const shape = ['--numstat', '-z', '-M', '--no-ext-diff', '--no-textconv', '--relative', `--format=${FORMAT}`];
  try {
    return await git.raw(['log', ...range, ...shape, '--', '.']);
  } catch (error) {
    if (options.signal.aborted) throw abortError();
    throw failureOf(error);
  }
}

/** What was printed up to the failure is in git's error, too: only its last word is of use. */
function failureOf(thrown: unknown): AppError {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const said = /^fatal: .*$/m.exec(text)?.[0] ?? text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  return /unable to read [0-9a-f]{40}|missing blob|promisor remote/.test(said)
    ? incompleteHistory(thrown)
    : new AppError({ code: 'git.failed', message: `git could not read the history: ${said}`, cause: thrown });
}

function incompleteHistory(cause: unknown): AppError {
  const message = 'The history is there without the contents of its files (a partial clone). `git fetch --refetch` brings them.';
  return new AppError({ code: 'git.incomplete', message, cause });
}

/** Parses `git log --numstat -z` with the format above. */
export function parseLog(output: string): readonly Commit[] {
  return output
    .split('\u0001')
    .slice(1)
    .map((block) => {
      const [header = '', ...rest] = block.split('\0');
      const [hash = '', at = '0', author = '', subject = ''] = header.replace(/\n+$/, '').split('\u0002');
      return { hash, at: Number(at) * 1000, author, subject, changes: parseNumstat(rest) };
    });
}

/** `added TAB deleted TAB path`, or for a rename `added TAB deleted TAB` and then the old and the new path as own fields. */
function parseNumstat(fields: readonly string[]): readonly Change[] {
  const changes: Change[] = [];
  for (let at = 0; at < fields.length; at += 1) {
    const match = /^\n*(\d+|-)\t(\d+|-)\t([\s\S]*)$/.exec(fields[at] ?? '');
    if (!match) continue;
    const [, added = '', deleted = '', path = ''] = match;
    const renamed = path === '';
    changes.push({
      path: renamed ? (fields[at + 2] ?? '') : path,
      from: renamed ? (fields[at + 1] ?? '') : null,
      added: Number(added) || 0,
      deleted: Number(deleted) || 0,
    });
    if (renamed) at += 2;
  }
  return changes;
}

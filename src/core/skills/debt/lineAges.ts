// When lines were written, from git blame; bounded, because blame is slow on long histories.

import type { SimpleGit } from 'simple-git';
import { abortError, throwIfAborted } from '#base/abort.ts';
import type { Clock } from '#base/clock.ts';

export interface WantedLines {
  readonly path: string;
  /** 1-based line and its text as read from disk. */
  readonly lines: ReadonlyMap<number, string>;
}

export interface AgeLimits {
  readonly maxFiles: number;
  readonly budgetMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Epoch ms by `path:line`. Lines that differ from the last commit, new files and what the limits left out are not in it. */
export async function lineAges(git: SimpleGit, wanted: readonly WantedLines[], limits: AgeLimits): Promise<ReadonlyMap<string, number>> {
  const ages = new Map<string, number>();
  const endAt = limits.clock.now() + limits.budgetMs;
  for (const file of wanted.slice(0, limits.maxFiles)) {
    throwIfAborted(limits.signal);
    if (limits.clock.now() > endAt) break;
    for (const { line, at, text } of await blame(git, file, limits.signal)) {
      if (file.lines.get(line) === text) ages.set(`${file.path}:${line}`, at);
    }
  }
  return ages;
}

async function blame(
  git: SimpleGit,
  file: WantedLines,
  signal: AbortSignal,
): Promise<readonly { line: number; at: number; text: string }[]> {
  try {
    // HEAD, not the working tree: reading the working tree could run a clean filter of the repository. Without `-L`, because a line
    // beyond the end of the committed file would fail the others.
    return parsePorcelain(await git.raw(['blame', '--line-porcelain', '--no-textconv', 'HEAD', '--', `./${file.path}`]));
  } catch {
    // The file is not in HEAD: its lines have no age yet. Other trouble costs ages only, never the finding.
    if (signal.aborted) throw abortError();
    return [];
  }
}

/** Parses `git blame --line-porcelain`. */
export function parsePorcelain(output: string): readonly { line: number; at: number; text: string }[] {
  const lines: { line: number; at: number; text: string }[] = [];
  let line = 0;
  let at = 0;
  for (const row of output.split('\n')) {
    const header = /^[0-9a-f]{40,64} \d+ (\d+)/.exec(row);
    if (header) line = Number(header[1]);
    else if (row.startsWith('author-time ')) at = Number(row.slice(12)) * 1000;
    else if (row.startsWith('\t')) lines.push({ line, at, text: row.slice(1).replace(/\r$/, '') });
  }
  return lines;
}

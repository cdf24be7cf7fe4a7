// Adds commits up by file and author; follows renames back in time.

import type { Commit } from '#core/skills/history/readLog.ts';

export interface FileTally {
  commits: number;
  /** Lines added and deleted. */
  churn: number;
  lastAt: number;
  /** Lines added and deleted, by author. Bots are left out. */
  readonly byAuthor: Map<string, number>;
}

export interface BigCommit {
  readonly hash: string;
  readonly subject: string;
  readonly author: string;
  readonly at: number;
  readonly files: number;
  readonly churn: number;
}

const BOT = /\[bot\]|^(?:dependabot|renovate|greenkeeper|github-actions|snyk|pre-commit-ci)\b/i;
/** A commit that touches more files than a person can have meant one by one (moves, formatting) says nothing about hotspots. */
const SWEEPING_FILES = 300;
const BIG_CHURN = 1000;

export class HistoryTally {
  readonly files = new Map<string, FileTally>();
  readonly churnByAuthor = new Map<string, number>();
  readonly authors = new Set<string>();
  readonly bigCommits: BigCommit[] = [];
  commits = 0;
  readonly #nowCalled = new Map<string, string>();

  /** Commits must come newest first. */
  add(commit: Commit): void {
    this.commits += 1;
    const bot = BOT.test(commit.author);
    if (!bot) this.authors.add(commit.author);
    let churn = 0;
    for (const change of commit.changes) {
      const path = this.#nowCalled.get(change.path) ?? change.path;
      if (change.from !== null) this.#nowCalled.set(change.from, path);
      const lines = change.added + change.deleted;
      churn += lines;
      if (commit.changes.length <= SWEEPING_FILES) this.#addChange(path, lines, commit, bot);
    }
    if (churn >= BIG_CHURN) this.#addBig(commit, churn);
  }

  #addChange(path: string, lines: number, commit: Commit, bot: boolean): void {
    const file = this.files.get(path) ?? { commits: 0, churn: 0, lastAt: commit.at, byAuthor: new Map<string, number>() };
    this.files.set(path, file);
    file.commits += 1;
    file.churn += lines;
    file.lastAt = Math.max(file.lastAt, commit.at);
    if (bot) return;
    file.byAuthor.set(commit.author, (file.byAuthor.get(commit.author) ?? 0) + lines);
    this.churnByAuthor.set(commit.author, (this.churnByAuthor.get(commit.author) ?? 0) + lines);
  }

  #addBig(commit: Commit, churn: number): void {
    const { hash, subject, author, at, changes } = commit;
    this.bigCommits.push({ hash: hash.slice(0, 12), subject: subject.slice(0, 120), author, at, files: changes.length, churn });
  }
}

/** Who wrote most of the lines, and their part of them (0 to 1, two decimals). Null when nobody did. */
export function topAuthor(byAuthor: ReadonlyMap<string, number>): { readonly author: string; readonly share: number } | null {
  const total = [...byAuthor.values()].reduce((sum, lines) => sum + lines, 0);
  const [first] = [...byAuthor].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return first && total > 0 ? { author: first[0], share: Math.round((first[1] / total) * 100) / 100 } : null;
}

/** The fewest authors who together wrote more than half of the lines: how many can leave before most of it has no owner. */
export function busFactor(byAuthor: ReadonlyMap<string, number>): number {
  const lines = [...byAuthor.values()].toSorted((a, b) => b - a);
  const half = lines.reduce((sum, own) => sum + own, 0) / 2;
  let covered = 0;
  let people = 0;
  for (const own of lines) {
    if (covered > half) break;
    covered += own;
    people += 1;
  }
  return people;
}

// git.history: churn, hotspots and ownership from the commits of the last months.

import { hasCode, isAppError } from '#base/errors.ts';
import { z } from 'zod';
import { findingSchema } from '#protocol/finding.ts';
import { historyFindings } from '#core/skills/history/findings.ts';
import { rankHotspots } from '#core/skills/history/hotspots.ts';
import { readLog } from '#core/skills/history/readLog.ts';
import { inspectRepository, openGit } from '#core/skills/history/safeGit.ts';
import { busFactor, HistoryTally, topAuthor } from '#core/skills/history/tally.ts';
import { defineSkill, type Skill, type SkillResult } from '#core/skills/skill.ts';
import { count, toJson } from '#core/skills/source/findingList.ts';

const DAY_MS = 86_400_000;
const MAX_COMMITS = 20_000;
const MAX_BIG_COMMITS = 10;

const argsSchema = z.strictObject({
  sinceDays: z.number().int().positive().max(36_500).nullish(),
  limit: z.number().int().positive().max(200).nullish(),
});

const outputSchema = z.object({
  findings: z.array(findingSchema),
  hotspots: z.array(
    z.object({
      path: z.string(),
      commits: z.number(),
      churn: z.number(),
      authors: z.number(),
      lastAt: z.number(),
      lines: z.number(),
      complexity: z.number(),
      score: z.number(),
    }),
  ),
  /** Who wrote most of the changed lines of each hotspot. */
  ownership: z.array(z.object({ path: z.string(), author: z.string(), share: z.number() })),
  commits: z.number(),
  authors: z.number(),
  /** Fewest people who wrote more than half of the changed lines; null without commits. */
  busFactor: z.number().nullable(),
  bigCommits: z.array(
    z.object({ hash: z.string(), subject: z.string(), author: z.string(), at: z.number(), files: z.number(), churn: z.number() }),
  ),
  sinceDays: z.number(),
  /** The clone holds only part of the history: all numbers are lower bounds. */
  shallow: z.boolean(),
  /** More than 20,000 commits were in range; the newest were read. */
  capped: z.boolean(),
  /** Why there is no history to read; null when there is. */
  reason: z.string().nullable(),
});

export function gitHistorySkill(): Skill {
  return defineSkill<z.infer<typeof argsSchema>>({
    id: 'git.history',
    title: 'Git history',
    description: 'Churn, hotspots (change frequency × complexity), ownership and large commits of the last months.',
    args: argsSchema,
    output: outputSchema,
    risk: 'read',
    async run(args, context) {
      const sinceDays = args.sinceDays ?? 365;
      const limit = args.limit ?? 20;
      const git = openGit(context.files.root, context.signal);
      const repository = await inspectRepository(git, context.signal);
      if (repository.kind === 'none') return withoutHistory(repository.reason, sinceDays);
      const tally = new HistoryTally();
      const sinceAt = context.clock.now() - sinceDays * DAY_MS;
      try {
        for await (const commit of readLog(git, { sinceAt, maxCommits: MAX_COMMITS, signal: context.signal })) {
          tally.add(commit);
          if (tally.commits % 1000 === 0) context.progress(`Read ${count(tally.commits, 'commit')}`);
        }
      } catch (error) {
        if (!isAppError(error) || !hasCode(error, 'git.incomplete')) throw error;
        return withoutHistory(error.message, sinceDays);
      }
      const ranked = await rankHotspots(context, tally.files);
      const findings = historyFindings({ ranked, tally, sinceDays });
      const hotspots = ranked.slice(0, limit);
      const output = {
        findings,
        hotspots,
        ownership: hotspots.flatMap(({ path }) => {
          const top = topAuthor(tally.files.get(path)?.byAuthor ?? new Map());
          return top === null ? [] : [{ path, ...top }];
        }),
        commits: tally.commits,
        authors: tally.authors.size,
        busFactor: tally.churnByAuthor.size === 0 ? null : busFactor(tally.churnByAuthor),
        bigCommits: tally.bigCommits.toSorted((a, b) => b.churn - a.churn || b.at - a.at).slice(0, MAX_BIG_COMMITS),
        sinceDays,
        shallow: repository.shallow,
        capped: tally.commits >= MAX_COMMITS,
        reason: null,
      };
      const part = repository.shallow ? ' (shallow clone: only part of the history)' : '';
      const summary =
        tally.commits === 0
          ? `no commits in ${sinceDays} days${part}`
          : `${count(tally.commits, 'commit')} by ${count(tally.authors.size, 'author')} in ${sinceDays} days${part}`;
      return { output: toJson(output), summary };
    },
  });
}

function withoutHistory(reason: string, sinceDays: number): SkillResult {
  const empty = { findings: [], hotspots: [], ownership: [], commits: 0, authors: 0, busFactor: null, bigCommits: [] };
  return { output: toJson({ ...empty, sinceDays, shallow: false, capped: false, reason }), summary: reason };
}

// What the history says that someone should act on. Everything else stays in the tables.

import type { Finding } from '#protocol/finding.ts';
import type { Hotspot } from '#core/skills/history/hotspots.ts';
import { type HistoryTally, topAuthor } from '#core/skills/history/tally.ts';
import { count, FindingList } from '#core/skills/source/findingList.ts';

const MIN_COMMITS = 10;
const MIN_LINES = 300;
const HOT_SCORE = 25;
const SOLE_OWNER = 0.9;
/** With fewer people a single author is no news. */
const MIN_TEAM = 3;
const MAX_HOTSPOTS = 5;

export function historyFindings(input: {
  readonly ranked: readonly Hotspot[];
  readonly tally: HistoryTally;
  readonly sinceDays: number;
}): readonly Finding[] {
  const { ranked, tally, sinceDays } = input;
  const list = new FindingList('git.history');
  const hot = ranked.filter((file) => file.commits >= MIN_COMMITS && file.lines >= MIN_LINES && file.score >= HOT_SCORE);
  for (const [index, file] of hot.slice(0, MAX_HOTSPOTS).entries()) {
    const facts = `${count(file.commits, 'commit')} in ${sinceDays} days, ${count(file.churn, 'changed line')}, ${count(file.lines, 'line')} long, score ${file.score} of 100`;
    const owner = topAuthor(tally.files.get(file.path)?.byAuthor ?? new Map());
    if (tally.authors.size >= MIN_TEAM && owner !== null && owner.share >= SOLE_OWNER) {
      list.add({
        rule: 'hotspot-one-owner',
        severity: 'medium',
        category: 'history',
        title: 'Nearly all recent changes of a hotspot come from one author',
        message: `${facts}. ${Math.round(owner.share * 100)} % of the changed lines are by ${owner.author}, one of ${tally.authors.size} authors in this time. Let someone else review or pair on the next change.`,
        citations: [{ path: file.path, line: 1 }],
      });
    } else {
      list.add({
        rule: 'hotspot',
        severity: index === 0 ? 'medium' : 'low',
        category: 'history',
        title: `Hotspot ${index + 1}: changes often and is complex`,
        message: `${facts}, ${count(file.authors, 'author')}. Defects gather where complex code changes often: this is where splitting and tests pay off first.`,
        citations: [{ path: file.path, line: 1 }],
      });
    }
  }
  return list.result().findings;
}

// Ranks files by how often they change and how complex they are.

import { throwIfAborted } from '#base/abort.ts';
import { indentationComplexity } from '#core/skills/history/complexity.ts';
import type { FileTally } from '#core/skills/history/tally.ts';
import type { SkillContext } from '#core/skills/skill.ts';
import { compareText } from '#core/skills/source/findingList.ts';
import { isGeneratedPath, isTestPath, looksGenerated } from '#core/skills/source/generated.ts';
import { decodeSource } from '#core/skills/source/readSources.ts';

export interface Hotspot {
  readonly path: string;
  readonly commits: number;
  readonly churn: number;
  readonly authors: number;
  readonly lastAt: number;
  readonly lines: number;
  readonly complexity: number;
  /** 0 to 100, one decimal. */
  readonly score: number;
}

/** Only the files that change most are opened. */
const CANDIDATES = 200;
const MAX_BYTES = 1_048_576;
const CODE =
  /\.(?:[cm]?[jt]sx?|py|go|java|kt|kts|scala|rs|rb|php|cs|fs|cpp|cc|cxx|hpp|hh|h|c|m|mm|swift|dart|ex|exs|erl|clj|hs|ml|lua|pl|sh|bash|ps1|sql|vue|svelte|zig|nim|r|jl)$/i;

/**
 * score = commits / most commits × complexity / highest complexity × 100, over the code files that still exist; tests are left out.
 * Change frequency times complexity is the hotspot of Adam Tornhill, "Your Code as a Crime Scene" (2015), chapters 3 and 4.
 */
export async function rankHotspots(
  context: Pick<SkillContext, 'files' | 'signal'>,
  tallies: ReadonlyMap<string, FileTally>,
): Promise<readonly Hotspot[]> {
  const existing = new Set(await context.files.list({ signal: context.signal }));
  const candidates = [...tallies]
    .filter(([path]) => existing.has(path) && CODE.test(path) && !isGeneratedPath(path) && !isTestPath(path))
    .toSorted((a, b) => b[1].commits - a[1].commits || b[1].churn - a[1].churn || compareText(a[0], b[0]))
    .slice(0, CANDIDATES);
  const measured: (Omit<Hotspot, 'score'> & { readonly complexity: number })[] = [];
  for (const [path, tally] of candidates) {
    throwIfAborted(context.signal);
    const size = await measure(context, path);
    if (size === null) continue;
    const { commits, churn, lastAt, byAuthor } = tally;
    measured.push({ path, commits, churn, authors: byAuthor.size, lastAt, ...size });
  }
  const maxCommits = Math.max(1, ...measured.map((file) => file.commits));
  const maxComplexity = Math.max(1, ...measured.map((file) => file.complexity));
  return measured
    .map((file) => ({ ...file, score: Math.round((file.commits / maxCommits) * (file.complexity / maxComplexity) * 1000) / 10 }))
    .toSorted((a, b) => b.score - a.score || b.commits - a.commits || compareText(a.path, b.path));
}

async function measure(context: Pick<SkillContext, 'files'>, path: string): Promise<{ lines: number; complexity: number } | null> {
  const stat = await context.files.stat(path);
  if (stat?.kind !== 'file' || stat.sizeBytes > MAX_BYTES) return null;
  const source = decodeSource(path, await context.files.read(path));
  if (typeof source === 'string' || looksGenerated(source.text)) return null;
  return { lines: source.lines.count, complexity: indentationComplexity(source.text) };
}

// debt.scan: what the code itself says is unfinished, with its age where git knows it.

import { z } from 'zod';
import { findingSchema, type Severity } from '#protocol/finding.ts';
import { type DebtMark, findDebt } from '#core/skills/debt/findDebt.ts';
import { lineAges } from '#core/skills/debt/lineAges.ts';
import { inspectRepository, openGit } from '#core/skills/history/safeGit.ts';
import { defineSkill, type Skill, type SkillContext } from '#core/skills/skill.ts';
import { count, FindingList, toJson } from '#core/skills/source/findingList.ts';
import { isTestPath } from '#core/skills/source/generated.ts';
import { lexFamily } from '#core/skills/source/lex.ts';
import { cite } from '#core/skills/source/lines.ts';
import { readSources, type Source } from '#core/skills/source/readSources.ts';

const DAY_MS = 86_400_000;
const OLD_DAYS = 730;
const BLAME = { maxFiles: 60, budgetMs: 10_000 };

const TITLES: { readonly [rule in DebtMark['rule']]: string } = {
  todo: 'TODO',
  fixme: 'FIXME',
  hack: 'HACK',
  xxx: 'XXX',
  'not-implemented': 'Not implemented',
  'placeholder-text': 'Placeholder text',
};

const outputSchema = z.object({
  findings: z.array(findingSchema),
  counts: z.record(z.string(), z.number()),
  filesScanned: z.number(),
  skipped: z.record(z.string(), z.number()),
  truncated: z.number(),
});

interface Marked {
  readonly source: Source;
  readonly mark: DebtMark;
  readonly line: number;
}

export function debtScanSkill(): Skill {
  return defineSkill<Record<string, never>>({
    id: 'debt.scan',
    title: 'Debt scan',
    description: 'TODO, FIXME, HACK and XXX in comments, code that says it is not implemented, filler text; with the age of each line.',
    args: z.strictObject({}),
    output: outputSchema,
    risk: 'read',
    async run(_args, context) {
      const reader = readSources(context, { accept: (path) => lexFamily(path) !== null });
      const marked: Marked[] = [];
      let filesScanned = 0;
      for await (const source of reader.sources()) {
        filesScanned += 1;
        for (const mark of findDebt(source)) marked.push({ source, mark, line: source.lines.position(mark.start).line });
      }
      const ages = await agesOf(marked, context);
      const list = new FindingList('debt.scan');
      for (const one of marked) addFinding(list, one, ages.get(`${one.source.path}:${one.line}`), context.clock.now());
      const counts: { [rule: string]: number } = {};
      for (const { mark } of marked) counts[mark.rule] = (counts[mark.rule] ?? 0) + 1;
      const parts = Object.keys(counts)
        .sort()
        .map((rule) => `${counts[rule]} ${rule}`);
      const summary = `${count(list.size, 'mark')} of debt in ${count(filesScanned, 'file')}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
      return { output: toJson({ ...list.result(), counts, filesScanned, skipped: reader.skipped }), summary };
    },
  });
}

function addFinding(list: FindingList, { source, mark }: Marked, writtenAt: number | undefined, now: number): void {
  const days = writtenAt === undefined ? null : Math.max(0, Math.floor((now - writtenAt) / DAY_MS));
  const said = mark.text === '' || mark.rule === 'not-implemented' ? '' : `: ${mark.text}`;
  list.add({
    rule: mark.rule,
    severity: severityOf(source.path, mark, days),
    category: 'quality',
    title: `${TITLES[mark.rule]}${said}`,
    message:
      writtenAt === undefined
        ? ADVICE[mark.rule]
        : `${ADVICE[mark.rule]} Written ${new Date(writtenAt).toISOString().slice(0, 10)}, ${age(days ?? 0)}.`,
    citations: [cite(source, mark.start, mark.end)],
  });
}

const ADVICE: { readonly [rule in DebtMark['rule']]: string } = {
  todo: 'Do it, or move it to the issue tracker where it can be planned.',
  fixme: 'Someone knew this is wrong. Mend it, or say in an issue when it fails.',
  hack: 'A workaround. Check whether its reason still holds.',
  xxx: 'A warning to the next reader. Settle it, or turn it into an explanation.',
  'not-implemented': 'Whoever calls this fails at run time.',
  'placeholder-text': 'Filler text reaches the user.',
};

function severityOf(path: string, mark: DebtMark, days: number | null): Severity {
  if (mark.rule === 'not-implemented') return 'medium';
  if (isTestPath(path)) return 'info';
  if (mark.rule === 'todo') return days !== null && days >= OLD_DAYS ? 'low' : 'info';
  return 'low';
}

function age(days: number): string {
  if (days < 60) return `${count(days, 'day')} ago`;
  return days < OLD_DAYS ? `${Math.floor(days / 30)} months ago` : `${Math.floor(days / 365)} years ago`;
}

async function agesOf(marked: readonly Marked[], context: SkillContext): Promise<ReadonlyMap<string, number>> {
  if (marked.length === 0) return new Map();
  const git = openGit(context.files.root, context.signal);
  if ((await inspectRepository(git, context.signal)).kind === 'none') return new Map();
  const byPath = new Map<string, Map<number, string>>();
  for (const { source, line } of marked) {
    const lines = byPath.get(source.path) ?? new Map<number, string>();
    lines.set(line, source.lines.text(line));
    byPath.set(source.path, lines);
  }
  const wanted = [...byPath].map(([path, lines]) => ({ path, lines }));
  return lineAges(git, wanted, { ...BLAME, clock: context.clock, signal: context.signal });
}

// change.propose: turns the fixes of findings into reviewable proposals. Writes nothing; a person accepts by hunk.

import { z } from 'zod';
import { hasCode } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import { findingSchema } from '#protocol/finding.ts';
import type { ProposalView } from '#protocol/proposal.ts';
import { isCoveredBy, readFeedback } from '#core/skills/changes/feedback.ts';
import { type FixGroup, groupFixes } from '#core/skills/changes/groupFixes.ts';
import { applyEdits, type FilePlan, type Fixable, type NotFixed, planFile } from '#core/skills/changes/planEdits.ts';
import { defineSkill, type ProposalDraft, type Skill, type SkillContext } from '#core/skills/skill.ts';
import { compareText, count, toJson } from '#core/skills/source/findingList.ts';

const argsSchema = z.strictObject({
  findings: z.array(findingSchema),
  feedback: z.json().nullish(),
  maxFiles: z.number().int().positive().nullish(),
});

const outputSchema = z.object({
  /** Drafted in this pass; those of earlier passes that held are still open. */
  proposals: z.array(z.object({ id: z.string(), title: z.string(), files: z.number() })),
  fixed: z.array(z.string()),
  notFixed: z.array(z.object({ id: z.string(), reason: z.string() })),
});

const FILES_PER_PROPOSAL = 20;
/** A proposal that failed as a whole is cut into this many, so that the next pass finds the part that fails. */
const PARTS = 4;

export function changeProposeSkill(): Skill {
  return defineSkill<z.infer<typeof argsSchema>>({
    id: 'change.propose',
    title: 'Draft proposals',
    description: 'Applies the fixes of findings to copies of the files and drafts proposals by rule; drops what failed verification.',
    args: argsSchema,
    output: outputSchema,
    risk: 'propose',
    async run(args, context) {
      const fixable = args.findings.flatMap((finding) => (finding.fix === undefined ? [] : [{ finding, fix: finding.fix }]));
      const round = await openRound(fixable, args.feedback, context);
      const { plans, notFixed } = await planAll(round.wanted, args.maxFiles ?? 50, context);
      const groups = groupFixes(plans).flatMap((group) => splitByFiles(group, round.splitInto));
      const proposals: ProposalView[] = [];
      for (const group of groups) {
        context.progress(`Drafting proposal ${proposals.length + 1} of ${groups.length}`, proposals.length, groups.length);
        proposals.push(await context.proposals.create(draftOf(group, plans), { agent: context.agent }));
      }
      const fixed = groups.flatMap((group) => group.fixes.map(({ finding }) => finding.id));
      const output = {
        proposals: proposals.map(({ id, title, files }) => ({ id, title, files: files.length })),
        fixed,
        notFixed: [...round.dropped, ...notFixed],
      };
      const left = output.notFixed.length === 0 ? '' : `, ${output.notFixed.length} not fixed`;
      return { output: toJson(output), summary: `${count(proposals.length, 'proposal')} for ${count(fixed.length, 'finding')}${left}` };
    },
  });
}

interface Round {
  readonly wanted: readonly Fixable[];
  readonly dropped: readonly NotFixed[];
  readonly splitInto: number;
}

/** First pass: everything. Later: what failed is taken back, and only its fixes outside the failed files are tried again. */
async function openRound(fixable: readonly Fixable[], feedback: Json | undefined, context: SkillContext): Promise<Round> {
  const failures = readFeedback(feedback);
  if (failures === null) return { wanted: fixable, dropped: [], splitInto: 1 };
  const wanted: Fixable[] = [];
  const dropped: NotFixed[] = [];
  let splitInto = 1;
  for (const failure of failures) {
    const proposal = await context.proposals.get(failure.proposal);
    if (proposal.status === 'open') await context.proposals.supersede(proposal.id, `Verification failed: ${failure.reason.slice(0, 500)}`);
    const own = fixable.filter((one) => isCoveredBy(proposal, one));
    const whole = proposal.files.length > 1 && proposal.files.every((file) => failure.paths.includes(file.path));
    if (whole) splitInto = PARTS;
    for (const one of own) {
      if (whole || !failure.paths.includes(one.fix.path)) wanted.push(one);
      else dropped.push({ id: one.finding.id, reason: `Verification failed: ${failure.reason.slice(0, 500)}` });
    }
  }
  return { wanted, dropped, splitInto };
}

async function planAll(
  wanted: readonly Fixable[],
  maxFiles: number,
  context: SkillContext,
): Promise<{ plans: readonly FilePlan[]; notFixed: readonly NotFixed[] }> {
  const byPath = [...Map.groupBy(wanted, ({ fix }) => fix.path)].toSorted((a, b) => compareText(a[0], b[0]));
  const plans: FilePlan[] = [];
  const notFixed: NotFixed[] = [];
  for (const [path, fixes] of byPath) {
    if (plans.length >= maxFiles) {
      notFixed.push(
        ...fixes.map(({ finding }) => ({ id: finding.id, reason: `More than ${maxFiles} files: run again after these are decided.` })),
      );
      continue;
    }
    const { plan, refused } = planFile(path, await readOrNull(path, context), fixes);
    if (plan !== null) plans.push(plan);
    notFixed.push(...refused);
  }
  return { plans, notFixed };
}

async function readOrNull(path: string, context: SkillContext): Promise<Uint8Array | null> {
  try {
    return await context.files.read(path);
  } catch (error) {
    if (hasCode(error, 'files.notFound')) return null;
    throw error;
  }
}

function splitByFiles(group: FixGroup, parts: number): readonly FixGroup[] {
  const paths = [...new Set(group.fixes.map(({ fix }) => fix.path))];
  const size = Math.min(FILES_PER_PROPOSAL, Math.max(1, Math.ceil(paths.length / parts)));
  const groups: FixGroup[] = [];
  for (let at = 0; at < paths.length; at += size) {
    const own = new Set(paths.slice(at, at + size));
    const fixes = group.fixes.filter(({ fix }) => own.has(fix.path));
    groups.push({ rules: [...new Set(fixes.map(({ finding }) => `${finding.skill}/${finding.rule}`))].toSorted(), fixes });
  }
  return groups;
}

function draftOf(group: FixGroup, plans: readonly FilePlan[]): ProposalDraft {
  const byPath = Map.groupBy(group.fixes, ({ fix }) => fix.path);
  const files = plans.flatMap(({ source, baseHash }) => {
    const edits = byPath.get(source.path);
    return edits === undefined ? [] : [{ kind: 'modify' as const, path: source.path, baseHash, newText: applyEdits(source.text, edits) }];
  });
  const notes = plans.flatMap(({ source }) =>
    (byPath.get(source.path) ?? []).map(({ finding, fix }) => ({
      path: source.path,
      line: source.lines.position(fix.start).line,
      reason: `${finding.title}. ${fix.description}`,
      citations: finding.citations,
    })),
  );
  return { title: titleOf(group, files.length), summary: summaryOf(group), files, notes };
}

/** Says what is wrong, so that a list of proposals reads like a list of problems solved; the hunks say what the fix does. */
function titleOf({ rules, fixes }: FixGroup, files: number): string {
  const [first] = fixes;
  const same = fixes.every(({ finding }) => finding.title === first?.finding.title);
  const one = same ? first?.finding.title : rules.length === 1 ? first?.fix.description : undefined;
  const what = one?.replace(/\.$/, '') ?? `Fixes for ${rules.join(', ')}`;
  return `${what} (${count(fixes.length, 'place')} in ${count(files, 'file')})`;
}

function summaryOf({ fixes }: FixGroup): string {
  const byRule = Map.groupBy(fixes, ({ finding }) => `${finding.skill}/${finding.rule}`);
  return [...byRule]
    .map(([rule, own]) => `${rule}, ${count(own.length, 'place')}: ${own[0]?.finding.message ?? ''}`)
    .toSorted(compareText)
    .join('\n');
}

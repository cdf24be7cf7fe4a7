// change.rework and change.replace: a proposal drafted anew because a person asked for changes, and its place taken by the new one.

import { z } from 'zod';
import type { ProposalView } from '#protocol/proposal.ts';
import { partsSchema } from '#protocol/review.ts';
import { readFeedback } from '#core/skills/changes/feedback.ts';
import { defineSkill, type Replacement, type Skill, type SkillContext } from '#core/skills/skill.ts';
import { count, toJson } from '#core/skills/source/findingList.ts';

const reworkArgs = z.strictObject({
  proposal: z.string(),
  note: z.string().nullish(),
  drop: partsSchema.nullish(),
  feedback: z.json().nullish(),
});

const proposalList = z.array(z.object({ id: z.string(), title: z.string(), files: z.number() }));

/** What a skill can do by itself is to leave parts out; a note in words is for the agent, who gets the old proposal as a diff. */
export function changeReworkSkill(): Skill {
  return defineSkill<z.infer<typeof reworkArgs>>({
    id: 'change.rework',
    title: 'Draft a proposal anew',
    description: 'Drafts what is left of a proposal without the parts a person does not want, and shows the rest of what they asked for.',
    args: reworkArgs,
    output: z.object({
      proposals: proposalList,
      old: z.object({ id: z.string(), title: z.string(), summary: z.string(), diff: z.string() }),
      note: z.string(),
    }),
    risk: 'propose',
    async run(args, context) {
      const note = args.note?.trim() ?? '';
      const drop = args.drop ?? [];
      await context.proposals.asked(args.proposal, { note, drop });
      const old = await context.proposals.get(args.proposal);
      const drafted = await draft(args, old, context);
      const { id, title, summary } = old;
      const output = { proposals: drafted.map(listed), old: { id, title, summary, diff: await context.proposals.diff(id) }, note };
      const left = drop.length === 0 ? 'nothing to leave out' : `${count(drop.length, 'part')} left out`;
      return { output: toJson(output), summary: drafted.length === 0 ? left : `${left}, drafted anew` };
    },
  });
}

async function draft(args: z.infer<typeof reworkArgs>, old: ProposalView, context: SkillContext): Promise<readonly ProposalView[]> {
  const failures = readFeedback(args.feedback ?? undefined);
  for (const { proposal, reason } of failures ?? []) {
    const open = await context.proposals.ofRun();
    if (open.some(({ id }) => id === proposal)) await context.proposals.supersede(proposal, `Verification failed: ${reason.slice(0, 500)}`);
  }
  if (failures !== null || (args.drop ?? []).length === 0) return [];
  const left = await context.proposals.draftWithout(old.id, args.drop ?? []);
  return left === null ? [] : [await context.proposals.create(left, { agent: context.agent })];
}

function listed({ id, title, files }: ProposalView): z.infer<typeof proposalList>[number] {
  return { id, title, files: files.length };
}

const replaceArgs = z.strictObject({ proposal: z.string() });

/** What fails checks that the old one passed does not take its place: both stay open. */
export function changeReplaceSkill(): Skill {
  return defineSkill<z.infer<typeof replaceArgs>>({
    id: 'change.replace',
    title: 'Put the new proposal in the place of the old one',
    description: 'Marks a proposal as replaced by those this run has drafted.',
    args: replaceArgs,
    output: z.object({ replaced: z.boolean(), proposals: proposalList }),
    risk: 'propose',
    async run({ proposal }, context) {
      const old = await context.proposals.get(proposal);
      const drafted = await context.proposals.ofRun();
      const fit = drafted.filter(({ verification }) => verification?.passed !== false || old.verification?.passed === false);
      let became: Replacement | null = null;
      for (const { id } of fit) became = await context.proposals.replace(proposal, id);
      return {
        output: toJson({ replaced: became === 'replaced', proposals: drafted.map(listed) }),
        summary: outcome(drafted.length, became),
      };
    },
  });
}

const OUTCOMES: { readonly [R in Replacement]: string } = {
  replaced: 'the new proposal takes its place',
  decided: 'the proposal was decided meanwhile',
  askedAgain: 'changes were asked for again meanwhile',
};

function outcome(drafted: number, became: Replacement | null): string {
  if (drafted === 0) return 'nothing was drafted: the proposal stands as it was';
  return became === null ? 'what was drafted fails its checks: the proposal stands beside it' : OUTCOMES[became];
}

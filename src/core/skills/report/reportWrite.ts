// report.write: the run as a document for people (Markdown) and for programs (JSON), and each proposal as a diff.

import { z } from 'zod';
import { throwIfAborted } from '#base/abort.ts';
import { severitySchema } from '#protocol/finding.ts';
import type { ProposalView } from '#protocol/proposal.ts';
import { collectFacts } from '#core/skills/report/collect.ts';
import { countSeverities, severityLine } from '#core/skills/report/findingSections.ts';
import { renderMarkdown, type ReportInput } from '#core/skills/report/markdown.ts';
import { defineSkill, type Skill, type SkillContext } from '#core/skills/skill.ts';
import { count, toJson } from '#core/skills/source/findingList.ts';

const argsSchema = z.strictObject({ title: z.string().nullish() });
const outputSchema = z.object({
  /** Paths of what was written. */
  markdown: z.string(),
  json: z.string(),
  diffs: z.array(z.string()),
  findings: z.record(severitySchema, z.number()),
  proposals: z.number(),
});

/** Raised when a field of report.json is removed or changes its meaning. */
const VERSION = 1;

export function reportWriteSkill(): Skill {
  return defineSkill<z.infer<typeof argsSchema>>({
    id: 'report.write',
    title: 'Report',
    description: 'Writes report.md, report.json and one diff per proposal into the folder of the run.',
    args: argsSchema,
    output: outputSchema,
    risk: 'report',
    async run(args, context) {
      const proposals = await context.proposals.ofRun();
      const facts = collectFacts(context.run.results, context.run.failures);
      const input: ReportInput = {
        title: args.title ?? context.run.title,
        runId: context.runId,
        workflow: context.run.workflow,
        mode: context.mode,
        writtenAt: context.clock.now(),
        facts,
        proposals,
      };
      const diffs = await writeDiffs(proposals, context);
      const markdown = await context.runFolder.write('report.md', renderMarkdown(input));
      const json = await context.runFolder.write('report.json', `${JSON.stringify(reportJson(input), null, 2)}\n`);
      const counts = countSeverities(facts.findings);
      const summary = `report with ${count(facts.findings.length, 'finding')} (${severityLine(counts)}) and ${count(proposals.length, 'proposal')}`;
      return { output: toJson({ markdown, json, diffs, findings: counts, proposals: proposals.length }), summary };
    },
  });
}

async function writeDiffs(proposals: readonly ProposalView[], context: SkillContext): Promise<readonly string[]> {
  const written: string[] = [];
  for (const { id } of proposals) {
    throwIfAborted(context.signal);
    written.push(await context.runFolder.write(`proposals/${id}.diff`, await context.proposals.diff(id)));
  }
  return written;
}

function reportJson({ facts, proposals, writtenAt, ...head }: ReportInput): unknown {
  return {
    version: VERSION,
    ...head,
    writtenAt: new Date(writtenAt).toISOString(),
    counts: countSeverities(facts.findings),
    ...facts,
    proposals: proposals.map((proposal) => ({ ...proposal, diff: `proposals/${proposal.id}.diff` })),
  };
}

// What an agent must hand over: a typed result by the name its file gives. The model fills the schema through one tool.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { type Citation, citationSchema, type Finding, findingSchema, severitySchema } from '#protocol/finding.ts';

const citations = z
  .array(citationSchema.omit({ verified: true }))
  .describe('The lines this rests on. Give the excerpt as it stands in the file.');
const reason = z.object({ text: z.string().min(1), citations });

const newFinding = z.object({
  severity: severitySchema,
  category: findingSchema.shape.category,
  title: z.string().min(1).max(200),
  message: z.string().min(1).max(4000).describe('What is wrong, what can happen, what to do'),
  citations,
});

const judgement = z.object({
  finding: z.string().describe('Id of a finding you were given'),
  verdict: z.enum(['confirmed', 'dismissed']),
  severity: severitySchema.optional().describe('Only when it should be another one'),
  reason: z.string().min(1).max(1000),
});

const schemas = {
  findings: z.object({
    assessment: z.string().min(1).max(20_000).describe('Your judgement in Markdown, with path:line wherever you claim something'),
    judgements: z.array(judgement).default([]).describe('Findings you were given that you looked into'),
    findings: z.array(newFinding).max(200).default([]).describe('What you found besides; not those you were given'),
  }),
  plan: z.object({
    goal: z.string().min(1),
    steps: z
      .array(
        z.object({
          title: z.string().min(1).max(200),
          detail: z.string(),
          files: z.array(z.string()),
          acceptance: z.array(z.string()).describe('How one can tell that it is done'),
          citations,
        }),
      )
      .min(1)
      .max(50),
    risks: z.array(z.string()).default([]),
    questions: z.array(z.string()).default([]).describe('What only a person can decide'),
  }),
  changeSet: z.object({
    summary: z.string().min(1).max(20_000).describe('What you changed and why, in Markdown'),
    notes: z.array(reason).default([]),
    notDone: z.array(z.object({ what: z.string(), reason: z.string() })).default([]),
  }),
  verdict: z.object({
    verdict: z.enum(['approve', 'reject']),
    summary: z.string().min(1).max(4000),
    reasons: z.array(reason).min(1).max(50),
  }),
  document: z.object({
    title: z.string().min(1).max(200),
    markdown: z.string().min(1).max(100_000),
    citations,
  }),
} as const;

export type DeliverableName = keyof typeof schemas;
export const deliverableNames = Object.keys(schemas) as readonly DeliverableName[];

/** Throws `agent.unknownDeliverable`. */
export function deliverableSchema(name: string): z.ZodType<JsonObject> {
  if (Object.hasOwn(schemas, name)) return schemas[name as DeliverableName] as unknown as z.ZodType<JsonObject>;
  throw new AppError({
    code: 'agent.unknownDeliverable',
    message: `There is no deliverable "${name}". There are: ${deliverableNames.join(', ')}.`,
  });
}

/** The delivered value in the form other steps read: findings become Finding, with ids that stay the same from run to run. */
export function finishDeliverable(name: string, delivered: JsonObject, agent: string): JsonObject {
  if (name !== 'findings') return delivered;
  const drafts = (delivered['findings'] ?? []) as unknown as readonly (z.infer<typeof newFinding> & { readonly citations: Citation[] })[];
  return { ...delivered, findings: drafts.map((draft) => toFinding(draft, agent)) as unknown as JsonObject[] };
}

function toFinding(draft: z.infer<typeof newFinding> & { readonly citations: Citation[] }, agent: string): Finding {
  const [first] = draft.citations;
  const place = `${first?.path ?? ''}\n${(first?.excerpt ?? draft.title).replaceAll(/\s+/g, ' ').trim()}`;
  const hash = createHash('sha256').update(place).digest('hex').slice(0, 12);
  const rule = `${agent}-review`;
  return { id: `model/${rule}:${hash}`, skill: 'model', rule, ...draft };
}

/** One line for people: "3 new findings, 5 judged", "approved: …". */
export function summaryOf(name: string, value: JsonObject): string {
  const count = (key: string): number => (Array.isArray(value[key]) ? (value[key] as readonly unknown[]).length : 0);
  const line = (key: string): string => {
    const text = value[key];
    return typeof text === 'string' ? (text.split('\n', 1)[0] ?? '').slice(0, 160) : '';
  };
  switch (name) {
    case 'findings':
      return `${plural(count('findings'), 'new finding')}${count('judgements') === 0 ? '' : `, ${count('judgements')} judged`}`;
    case 'plan':
      return `${plural(count('steps'), 'planned step')}: ${line('goal')}`;
    case 'changeSet':
      return `${plural(count('proposals'), 'proposal')}: ${line('summary')}`;
    case 'verdict':
      return `${value['verdict'] === 'approve' ? 'approved' : 'rejected'}: ${line('summary')}`;
    default:
      return line('title');
  }
}

function plural(count: number, what: string): string {
  return `${count === 0 ? 'no' : count} ${what}${count === 1 ? '' : 's'}`;
}

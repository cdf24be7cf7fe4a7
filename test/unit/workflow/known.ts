// The names the built-in workflows use: agents, and skills with schemas of the arguments that matter to these tests.

import { z } from 'zod';
import type { KnownNames } from '#core/workflow/names.ts';

const paths = z.array(z.string()).optional();
const timeoutMs = z.number().optional();

export const knownNames: KnownNames = {
  knownAgents: 'marketer analyst planner developer tester qa engineer security quality writer'.split(' '),
  knownSkills: new Map<string, { args?: z.ZodType }>([
    ['project.detect', { args: z.strictObject({}) }],
    ['git.history', { args: z.strictObject({ sinceDays: z.number().optional(), limit: z.number().optional() }) }],
    ['secrets.scan', { args: z.strictObject({ paths }) }],
    ['code.rules', { args: z.strictObject({ paths, categories: z.array(z.string()).optional() }) }],
    ['code.duplicates', { args: z.strictObject({ minLines: z.number().optional(), minTokens: z.number().optional() }) }],
    ['debt.scan', { args: z.strictObject({}) }],
    ['deps.check', { args: z.strictObject({}) }],
    ['lint.run', { args: z.strictObject({ timeoutMs }) }],
    ['tests.run', { args: z.strictObject({ timeoutMs }) }],
    [
      'change.propose',
      { args: z.strictObject({ findings: z.array(z.unknown()), feedback: z.json().optional(), maxFiles: z.number().optional() }) },
    ],
    [
      'change.rework',
      {
        args: z.strictObject({
          proposal: z.string(),
          note: z.string().optional(),
          drop: z.array(z.unknown()).optional(),
          feedback: z.json().optional(),
        }),
      },
    ],
    ['change.replace', { args: z.strictObject({ proposal: z.string() }) }],
    ['change.verify', { args: z.strictObject({ proposals: z.array(z.string()).optional() }) }],
    ['report.write', { args: z.strictObject({ title: z.string().optional() }) }],
  ]),
  knownWorkflows: ['code-review', 'security-audit', 'feature-delivery'],
};

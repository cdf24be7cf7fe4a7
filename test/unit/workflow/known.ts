// The names that the built-in workflows use: agents, and skills with the schemas of their arguments.

import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { KnownNames } from '#core/workflow/names.ts';
import { shippedSkills } from '#test/support/shippedSkills.ts';

export const knownNames: KnownNames = {
  knownAgents: readdirSync(path.resolve('resources/agents')).map((file) => file.replace(/\.md$/, '')),
  knownSkills: new Map(shippedSkills.map((skill) => [skill.id, { args: skill.args }])),
  knownWorkflows: ['code-review', 'security-audit', 'feature-delivery'],
};

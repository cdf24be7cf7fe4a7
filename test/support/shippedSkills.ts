// The skills that ship, as the composition root makes them. Nothing is read until one runs.

import path from 'node:path';
import { analysisSkills } from '#core/skills/analysisSkills.ts';
import { projectSkills } from '#core/skills/project/projectSkills.ts';
import type { Skill } from '#core/skills/skill.ts';
import { nodeOwnFiles } from '#node/ownFiles.ts';

export const shippedSkills: readonly Skill[] = [
  ...analysisSkills({ grammarsDir: '/nowhere', resources: path.resolve('resources'), own: nodeOwnFiles }),
  ...projectSkills(),
];

// Every deterministic skill, as this host supplies them.

import path from 'node:path';
import { analysisSkills } from '#core/skills/analysisSkills.ts';
import { projectSkills } from '#core/skills/project/projectSkills.ts';
import { rulesCheck } from '#core/skills/project/rulesCheck.ts';
import type { Skill } from '#core/skills/skill.ts';
import { nodeOwnFiles } from '#node/ownFiles.ts';

/**
 * `distDir`: absolute path of the bundles; `resources`: of the shipped `resources/`. Starts nothing.
 * QA holds a proposal against the same structural rules that the review uses.
 */
export function allSkills({ distDir, resources }: { readonly distDir: string; readonly resources: string }): readonly Skill[] {
  const analysis = analysisSkills({ grammarsDir: path.join(distDir, 'vendor', 'grammars'), resources, own: nodeOwnFiles });
  const rules = analysis.filter((skill) => skill.id === 'code.rules');
  return [...analysis, ...projectSkills({ checks: rules.map(rulesCheck) })];
}

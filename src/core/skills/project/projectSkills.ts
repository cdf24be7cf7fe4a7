// The skills that look at the project as a whole and run its own tools, as one list for the composition root.

import { changeVerify, type VerifyCheck } from '#core/skills/project/changeVerify.ts';
import { lintRun } from '#core/skills/project/lintRun.ts';
import { projectDetect } from '#core/skills/project/projectDetect.ts';
import { testsRun } from '#core/skills/project/testsRun.ts';
import type { Skill } from '#core/skills/skill.ts';

/** `checks` are run by change.verify besides its own: the structural rules, for instance. */
export function projectSkills(options: { readonly checks?: readonly VerifyCheck[] } = {}): readonly Skill[] {
  return [projectDetect, lintRun, testsRun, changeVerify(options.checks ?? [])];
}

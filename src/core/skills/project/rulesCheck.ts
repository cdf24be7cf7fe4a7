// A check of change.verify: the changed files break no structural rule that they did not break before.

import type { WorkspaceFiles } from '#core/ports.ts';
import type { VerifyCheck } from '#core/skills/project/changeVerify.ts';
import type { Skill, SkillContext } from '#core/skills/skill.ts';
import { count } from '#core/skills/source/findingList.ts';
import type { Finding } from '#protocol/finding.ts';

/** `rules` is the skill `code.rules`. Findings are told apart by their ids, which do not depend on line numbers. */
export function rulesCheck(rules: Skill): VerifyCheck {
  return async (scratch, changedPaths, context) => {
    const before = await findingsIn(rules, context, only(context.files, changedPaths));
    const after = await findingsIn(rules, context, only(scratch.files, changedPaths));
    const known = new Set(before.map((finding) => finding.id));
    const added = after.filter((finding) => !known.has(finding.id));
    const fixed = before.length + added.length - after.length;
    const [first] = added;
    const place = first?.citations[0];
    const detail = first
      ? `${count(added.length, 'new finding')}, first ${first.rule} at ${place?.path}:${place?.line}: ${first.title}`
      : `no new findings, ${fixed} fewer than before`;
    return { name: 'rules', passed: added.length === 0, detail };
  };
}

async function findingsIn(rules: Skill, context: SkillContext, files: WorkspaceFiles): Promise<readonly Finding[]> {
  const quiet: SkillContext = { ...context, files, progress: () => {} };
  const { output } = await rules.run(rules.args.parse({}), quiet);
  return (output as unknown as { readonly findings: readonly Finding[] }).findings;
}

/** The same files, seen as if there were no others. */
function only(files: WorkspaceFiles, paths: readonly string[]): WorkspaceFiles {
  return { ...files, list: async () => paths };
}

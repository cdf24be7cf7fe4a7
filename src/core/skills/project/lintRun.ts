// lint.run: the project's own linter in a scratch copy.

import type { z } from 'zod';
import { createCiter, placeOfCommand } from '#core/skills/project/citePlace.ts';
import { commandArgs, commandOutput, runOwnCommand } from '#core/skills/project/ownCommand.ts';
import { type LintProblem, readLintProblems } from '#core/skills/project/lintReport.ts';
import type { ProjectCommand } from '#core/skills/project/projectCommand.ts';
import { type Ran, shownDuration, tail } from '#core/skills/project/runCommand.ts';
import { defineSkill, type Skill, type SkillContext, type SkillResult } from '#core/skills/skill.ts';
import { count, FindingList, toJson } from '#core/skills/source/findingList.ts';
import { clip } from '#core/skills/source/lines.ts';
import { maskTokens } from '#core/skills/source/mask.ts';

export const lintRun: Skill = defineSkill<z.infer<typeof commandArgs>>({
  id: 'lint.run',
  title: "Run the project's linter",
  description:
    'Runs the linter the project names or configures, in a scratch copy without network, and reads its problems with their places.',
  args: commandArgs,
  output: commandOutput,
  risk: 'scratch',
  run: ({ timeoutMs }, context) =>
    runOwnCommand(context, { kind: 'lint', timeoutMs, nothing: {}, describe: (command, run) => describe(context, command, run) }),
});

async function describe(context: SkillContext, command: ProjectCommand, run: Ran): Promise<SkillResult> {
  const problems = readLintProblems(run.output, run.locator);
  const list = new FindingList('lint.run');
  const cite = createCiter(context.files);
  for (const problem of problems) {
    list.add({ ...finding(problem), citations: [...(await cite(problem.place))] }, problem.message);
  }
  const whole = wholeFailure(run, problems);
  if (whole !== null) {
    const citations = await cite(await placeOfCommand(context.files, command));
    list.add({ ...whole, category: 'quality', citations: [...citations] });
  }
  const output = {
    ran: true,
    command: run.command,
    reason: run.result.timedOut ? `ended after ${shownDuration(run.result.durationMs)}: the time limit` : null,
    exitCode: run.result.exitCode,
    ...list.result(),
    durationMs: run.result.durationMs,
    sandbox: run.result.sandbox,
  };
  const files = new Set(problems.map((problem) => problem.place.path)).size;
  const summary =
    problems.length === 0
      ? (whole?.title ?? 'the linter found no problem')
      : `${count(problems.length, 'problem')} in ${count(files, 'file')}`;
  return { output: toJson(output), summary };
}

function finding(problem: LintProblem): Omit<Parameters<FindingList['add']>[0], 'citations'> {
  const message = maskTokens(problem.message);
  return {
    rule: problem.rule,
    severity: problem.severity === 'error' ? 'medium' : 'low',
    category: 'quality',
    title: clip(message, 120),
    message,
  };
}

/** The linter failed without a problem that could be read: its configuration, a crash, the time limit. */
function wholeFailure(
  run: Ran,
  problems: readonly LintProblem[],
): { rule: string; severity: 'medium'; title: string; message: string } | null {
  const message = maskTokens(tail(run.output, 1500));
  if (run.result.timedOut) {
    return {
      rule: 'lint-timed-out',
      severity: 'medium',
      title: `The linter did not end within ${shownDuration(run.result.durationMs)}`,
      message,
    };
  }
  if (run.result.exitCode === 0 || problems.length > 0) return null;
  return {
    rule: 'lint-command-failed',
    severity: 'medium',
    title: `The lint command fails (exit code ${run.result.exitCode ?? 'none'})`,
    message,
  };
}

// lint.run: the project's own linter in a scratch copy.

import { z } from 'zod';
import { findingSchema } from '#protocol/finding.ts';
import { createCiter, placeInManifest } from '#core/skills/project/citePlace.ts';
import { detectCommands } from '#core/skills/project/detectCommands.ts';
import { type LintProblem, readLintProblems } from '#core/skills/project/lintReport.ts';
import type { ProjectCommand } from '#core/skills/project/projectCommand.ts';
import { readProjectTree } from '#core/skills/project/projectText.ts';
import { DEFAULT_TIMEOUT_MS, type NotRun, type Ran, runCommand, shownDuration, tail, whyNot } from '#core/skills/project/runCommand.ts';
import { defineSkill, type Skill, type SkillContext, type SkillResult } from '#core/skills/skill.ts';
import { count, FindingList, toJson } from '#core/skills/source/findingList.ts';
import { clip } from '#core/skills/source/lines.ts';
import { maskTokens } from '#core/skills/source/mask.ts';

export const lintRun: Skill = defineSkill({
  id: 'lint.run',
  title: "Run the project's linter",
  description:
    'Runs the linter the project names or configures, in a scratch copy without network, and reads its problems with their places.',
  args: z.strictObject({ timeoutMs: z.number().int().positive().max(3_600_000).optional() }),
  output: z.object({
    ran: z.boolean(),
    command: z.string().nullable(),
    reason: z.string().nullable(),
    exitCode: z.number().int().nullable(),
    findings: z.array(findingSchema),
    truncated: z.number().int(),
    durationMs: z.number(),
    sandbox: z.enum(['bubblewrap', 'none']).nullable(),
  }),
  risk: 'scratch',
  async run(args, context) {
    const tree = await readProjectTree(context.files, context.signal);
    const command = (await detectCommands(tree)).lint;
    const refused = await whyNot(context, command, 'lint');
    if (refused !== null || command === null) return notRun(refused);
    const scratch = await context.scratch.create({ signal: context.signal });
    try {
      const run = await runCommand(context, { command, scratch, paths: tree.paths, timeoutMs: args.timeoutMs ?? DEFAULT_TIMEOUT_MS });
      return run.ran ? await describe(context, command, run) : notRun(run);
    } finally {
      await scratch.dispose();
    }
  },
});

function notRun(refused: NotRun | null): SkillResult {
  const reason = refused?.reason ?? 'no lint command was found in this project';
  const output = {
    ran: false,
    command: refused?.command ?? null,
    reason,
    exitCode: null,
    findings: [],
    truncated: 0,
    durationMs: 0,
    sandbox: null,
  };
  return { output, summary: `the linter did not run: ${reason}` };
}

async function describe(context: SkillContext, command: ProjectCommand, run: Ran): Promise<SkillResult> {
  const problems = readLintProblems(run.output, run.locator);
  const list = new FindingList('lint.run');
  const cite = createCiter(context.files);
  for (const problem of problems) {
    list.add({ ...finding(problem), citations: [...(await cite(problem.place))] }, problem.message);
  }
  const whole = wholeFailure(run, problems);
  if (whole !== null) {
    const citations = await cite(await placeInManifest(context.files, command.manifest, '"lint"'));
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

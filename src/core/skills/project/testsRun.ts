// tests.run: the project's own tests in a scratch copy.

import { z } from 'zod';
import { findingSchema } from '#protocol/finding.ts';
import { type FailedTest, failureFindings } from '#core/skills/project/failureFindings.ts';
import { createCiter, placeOfCommand } from '#core/skills/project/citePlace.ts';
import { commandArgs, commandOutput, runOwnCommand } from '#core/skills/project/ownCommand.ts';
import type { ProjectCommand } from '#core/skills/project/projectCommand.ts';
import { type Ran, shownDuration, tail } from '#core/skills/project/runCommand.ts';
import { readTestReport, type TestReport } from '#core/skills/project/testReport.ts';
import { defineSkill, type Skill, type SkillContext, type SkillResult } from '#core/skills/skill.ts';
import { count, FindingList, toJson } from '#core/skills/source/findingList.ts';
import { maskTokens } from '#core/skills/source/mask.ts';

const MAX_FAILURES = 500;

export const testsRun: Skill = defineSkill<z.infer<typeof commandArgs>>({
  id: 'tests.run',
  title: "Run the project's tests",
  description: 'Runs the test command the project names, in a scratch copy without network, and reads failures with their places.',
  args: commandArgs,
  output: commandOutput.extend({
    passed: z.number().int(),
    failed: z.number().int(),
    skipped: z.number().int(),
    failures: z.array(z.object({ name: z.string(), message: z.string(), citation: findingSchema.shape.citations.element.optional() })),
  }),
  risk: 'scratch',
  run: ({ timeoutMs }, context) =>
    runOwnCommand(context, {
      kind: 'test',
      timeoutMs,
      nothing: { passed: 0, failed: 0, skipped: 0, failures: [] },
      describe: (command, run) => describe(context, command, run),
    }),
});

async function describe(context: SkillContext, command: ProjectCommand, run: Ran): Promise<SkillResult> {
  const report = readTestReport(run.output, run.locator) ?? { passed: 0, failed: 0, skipped: 0, failures: [] };
  const list = new FindingList('tests.run');
  const cite = createCiter(context.files);
  const failures: FailedTest[] = [];
  for (const failure of report.failures.slice(0, MAX_FAILURES)) {
    const citations = await cite(failure.place);
    const message = maskTokens(failure.message);
    failures.push({ name: failure.name, message, ...(citations[0] ? { citation: citations[0] } : {}) });
  }
  for (const { key, ...finding } of failureFindings(failures)) list.add(finding, key);
  const whole = wholeFailure(run, report);
  if (whole !== null) {
    const citations = await cite(await placeOfCommand(context.files, command));
    list.add({ ...whole, category: 'tests', citations: [...citations] });
  }
  const output = {
    ran: true,
    command: run.command,
    reason: run.result.timedOut ? `ended after ${shownDuration(run.result.durationMs)}: the time limit` : null,
    exitCode: run.result.exitCode,
    passed: report.passed,
    failed: report.failed,
    skipped: report.skipped,
    failures,
    ...list.result(),
    durationMs: run.result.durationMs,
    sandbox: run.result.sandbox,
  };
  return { output: toJson(output), summary: summaryOf(run, report) };
}

/** A failure of the command as a whole, which no single test explains. */
function wholeFailure(run: Ran, report: TestReport): { rule: string; severity: 'high' | 'medium'; title: string; message: string } | null {
  const message = maskTokens(tail(run.output, 1500));
  if (run.result.timedOut) {
    return {
      rule: 'tests-timed-out',
      severity: 'medium',
      title: `The tests did not end within ${shownDuration(run.result.durationMs)}`,
      message,
    };
  }
  if (run.result.exitCode === 0 || report.failures.length > 0) return null;
  const end = run.result.exitCode === null ? 'ended by a signal' : `exit code ${run.result.exitCode}`;
  return { rule: 'test-command-failed', severity: 'high', title: `The test command fails (${end})`, message };
}

function summaryOf(run: Ran, report: TestReport): string {
  if (run.result.timedOut) return `tests did not end within ${shownDuration(run.result.durationMs)}`;
  const known = report.passed + report.failed + report.skipped > 0;
  if (!known)
    return run.result.exitCode === 0 ? 'the test command passed' : `the test command failed (exit code ${run.result.exitCode ?? 'none'})`;
  const skipped = report.skipped === 0 ? '' : `, ${report.skipped} skipped`;
  return `${count(report.passed, 'test')} passed, ${report.failed} failed${skipped}`;
}

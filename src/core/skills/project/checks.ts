// The checks a proposal goes through. Each says what it looked at; what was broken before is never its fault.

import { type Baseline, baselineOf } from '#core/skills/project/baseline.ts';
import { isParseable, parseProblem } from '#core/skills/project/parseCheck.ts';
import { readLintProblems } from '#core/skills/project/lintReport.ts';
import type { ProjectCommand } from '#core/skills/project/projectCommand.ts';
import { type CommandRun, type NotRun, type Ran, runCommand, shownDuration, tail, whyNot } from '#core/skills/project/runCommand.ts';
import { readTestReport } from '#core/skills/project/testReport.ts';
import type { SkillContext } from '#core/skills/skill.ts';
import { count } from '#core/skills/source/findingList.ts';
import { maskTokens } from '#core/skills/source/mask.ts';

export interface Check {
  readonly name: string;
  readonly passed: boolean;
  /** What was measured, or why it failed. */
  readonly detail: string;
}

type CommandCheck = Omit<CommandRun, 'command'> & { readonly command: ProjectCommand | null };

const MAX_NAMED = 10;

/** One check for all JSON and YAML files of the change; none when there are none. */
export function parseChecks(
  texts: ReadonlyMap<string, { readonly before: string | null; readonly after: string | null }>,
): readonly Check[] {
  const judged = [...texts].filter(([path, { after }]) => after !== null && isParseable(path));
  if (judged.length === 0) return [];
  const problems = judged.flatMap(([path, { before, after }]) => {
    const problem = parseProblem(path, before, after ?? '');
    return problem === null ? [] : [`${path}: ${problem}`];
  });
  return [{ name: 'parses', passed: problems.length === 0, detail: problems.join('\n') || `${count(judged.length, 'file')} parsed` }];
}

/** Null when the linter was not run before in this run: there is nothing to compare with. */
export async function lintCheck(context: SkillContext, check: CommandCheck): Promise<Check | null> {
  const before = baselineOf(context.run.results, 'lint');
  const run = before === null ? null : await runAgain(context, check, 'lint');
  if (before === null || run === null) return null;
  if (!run.ran) return { name: 'lint', passed: false, detail: `ran before and does not now: ${run.reason}` };
  if (run.result.timedOut) return { name: 'lint', passed: false, detail: `did not end within ${shownDuration(run.result.durationMs)}` };
  if (run.result.exitCode === 0) return { name: 'lint', passed: true, detail: `${run.command} passed` };
  const problems = readLintProblems(run.output, run.locator);
  if (problems.length > before.findings.size || before.exitCode === 0) {
    const shown = problems.slice(0, MAX_NAMED).map(({ place, message }) => `${place.path}:${place.line} ${message}`);
    const detail = `${count(problems.length, 'problem')}, ${before.findings.size} before\n${shown.join('\n') || tail(run.output, 800)}`;
    return { name: 'lint', passed: false, detail: maskTokens(detail) };
  }
  return { name: 'lint', passed: true, detail: `${count(problems.length, 'problem')}, ${before.findings.size} before` };
}

/** Null when the tests were not run before in this run. A test that failed before may fail again. */
export async function testCheck(context: SkillContext, check: CommandCheck): Promise<Check | null> {
  const before = baselineOf(context.run.results, 'tests');
  const run = before === null ? null : await runAgain(context, check, 'test');
  if (before === null || run === null) return null;
  if (!run.ran) return { name: 'tests', passed: false, detail: `ran before and do not now: ${run.reason}` };
  return { name: 'tests', ...judgeTests(run, before) };
}

function judgeTests(run: Ran, before: Baseline): Omit<Check, 'name'> {
  if (run.result.timedOut) {
    const detail = `did not end within ${shownDuration(run.result.durationMs)}`;
    return before.exitCode === null ? { passed: true, detail: `${detail}, nor before the change` } : { passed: false, detail };
  }
  const report = readTestReport(run.output, run.locator);
  if (run.result.exitCode === 0) {
    return { passed: true, detail: report === null ? `${run.command} passed` : `${count(report.passed, 'test')} passed` };
  }
  if (report === null || report.failures.length === 0) {
    const detail = `${run.command} failed (exit code ${run.result.exitCode ?? 'none'})`;
    if (before.exitCode !== 0 && before.failing.size === 0) return { passed: true, detail: `${detail}, as it did before the change` };
    return { passed: false, detail: maskTokens(`${detail}\n${tail(run.output, 800)}`) };
  }
  const fresh = report.failures.filter((failure) => !before.failing.has(failure.name));
  if (fresh.length === 0 && before.exitCode !== 0)
    return { passed: true, detail: `${count(report.failed, 'test')} failed, all of them before the change too` };
  const shown = fresh.slice(0, MAX_NAMED).map(({ name, message }) => `${name}: ${message.split('\n', 1)[0] ?? ''}`);
  return { passed: false, detail: maskTokens(`${count(fresh.length, 'test')} failed that passed before\n${shown.join('\n')}`) };
}

async function runAgain(context: SkillContext, check: CommandCheck, kind: 'test' | 'lint'): Promise<Ran | NotRun | null> {
  const refused = await whyNot(context, check.command, kind);
  if (refused !== null) return refused;
  return check.command === null ? null : runCommand(context, { ...check, command: check.command });
}

// tests.run: the project's own tests with the step's edits in place, the results read from what the runner wrote.

import { z } from 'zod';
import { shownCommand } from '#core/skills/project/runCommand.ts';
import { commandAction } from '#core/agents/tools/commandAction.ts';
import { asData, benchOf, defineTool, type ToolContext } from '#core/agents/tools/tool.ts';
import { noTestCommandError } from '#core/agents/tools/toolErrors.ts';
import type { ScratchTree } from '#core/ports.ts';
import { detectCommands } from '#core/skills/project/detectCommands.ts';
import { isJunitFile, readJunit } from '#core/skills/project/parseJunit.ts';
import { createLocator } from '#core/skills/project/place.ts';
import type { ProjectCommand } from '#core/skills/project/projectCommand.ts';
import { readProjectTree } from '#core/skills/project/projectText.ts';
import { tail } from '#core/skills/project/runCommand.ts';
import { readTestReport, type TestReport } from '#core/skills/project/testReport.ts';
import { maskTokens } from '#core/skills/source/mask.ts';

const DEFAULT_TIMEOUT_MS = 300_000;
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
const MAX_FAILURES = 50;
const MAX_REPORTS = 200;
const MAX_REPORT_BYTES = 4_194_304;

const argsSchema = z.object({
  only: z
    .array(z.string().min(1).max(500))
    .max(20)
    .optional()
    .describe('Passed to the test command after its own words, for example a file. Default: all tests.'),
  timeoutMs: z.number().int().positive().max(1_800_000).optional().describe('Default 300,000.'),
});

export const testsRunTool = defineTool<z.infer<typeof argsSchema>>({
  id: 'tests.run',
  description: "Runs the project's own tests in a scratch copy that has your edits in it, and says which failed, where and why.",
  args: argsSchema,
  risk: 'execute',
  available: () => true,
  title: ({ only = [] }) => (only.length === 0 ? 'all tests' : only.join(' ')),
  async action({ only = [] }, { step }) {
    const command = withArguments(await commandOf(step), only);
    const shown = shownCommand(command);
    return commandAction(step.processes, { tool: 'tests.run', title: `Run \`${shown}\``, command: shown, folder: '.', network: false });
  },
  async run({ only = [], timeoutMs = DEFAULT_TIMEOUT_MS }, context) {
    const { step, changes } = context;
    const command = withArguments(await commandOf(step), only);
    const tree = await benchOf(context).scratch.with(changes.current());
    const policy = await step.processes.policy();
    const since = step.clock.now();
    const result = await step.processes.run({
      argv: command.argv,
      ...(command.env && { env: command.env }),
      cwd: tree.root,
      timeoutMs,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      readOnly: tree.readOnly,
      signal: step.signal,
      approvedUnsandboxed: policy.kind === 'refused' && policy.noSandbox === true,
    });
    const output = `${result.stdout}\n${result.stderr}`;
    const locator = createLocator(tree.root, new Set(await step.files.list({ signal: step.signal })));
    const report = readTestReport(output, locator) ?? (await junitReport(tree, since, locator));
    const end = result.timedOut ? `ended after the limit of ${timeoutMs} ms` : `exit code ${result.exitCode ?? 'none'}`;
    return asData(
      `tests.run ${shownCommand(command)}`,
      maskTokens(`${end}\n${report === null ? tail(output, 8_000) : shown(report, output)}`),
    );
  },
});

async function commandOf(step: ToolContext['step']): Promise<ProjectCommand> {
  const { test } = await detectCommands(await readProjectTree(step.files, step.signal));
  if (test === null) throw noTestCommandError('no test command was found in this project');
  if (test.missing !== null) throw noTestCommandError(test.missing);
  return test;
}

/** npm hands on only what stands after `--`. */
function withArguments(command: ProjectCommand, only: readonly string[]): ProjectCommand {
  if (only.length === 0) return command;
  const separator = command.argv[0] === 'npm' && !command.argv.includes('--') ? ['--'] : [];
  return { ...command, argv: [...command.argv, ...separator, ...only] };
}

/** Reports that the run wrote as files. */
async function junitReport(tree: ScratchTree, since: number, locator: ReturnType<typeof createLocator>): Promise<TestReport | null> {
  const names = (await tree.files.list()).filter(isJunitFile).slice(0, MAX_REPORTS);
  const reports: TestReport[] = [];
  for (const name of names) {
    const stat = await tree.files.stat(name);
    // A report of before the run is part of the repository, and says nothing about now.
    if (stat === null || stat.modifiedAt < since - 1_000 || stat.sizeBytes > MAX_REPORT_BYTES) continue;
    const report = readJunit(Buffer.from(await tree.files.read(name)).toString('utf8'), locator);
    if (report !== null) reports.push(report);
  }
  if (reports.length === 0) return null;
  const sum = (key: 'passed' | 'failed' | 'skipped'): number => reports.reduce((total, report) => total + report[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped'), failures: reports.flatMap(({ failures }) => failures) };
}

function shown(report: TestReport, output: string): string {
  const counts = `${report.passed} passed, ${report.failed} failed, ${report.skipped} skipped`;
  const failures = report.failures.slice(0, MAX_FAILURES).map(({ name, message, place }) => {
    const where = place === null ? '' : ` at ${place.path}:${place.line}`;
    return `FAILED ${name}${where}\n${message}`;
  });
  const more = report.failures.length > MAX_FAILURES ? [`[${report.failures.length - MAX_FAILURES} more failures]`] : [];
  const rest = report.failed > 0 && report.failures.length === 0 ? [tail(output, 4_000)] : [];
  return [counts, ...failures, ...more, ...rest].join('\n\n');
}

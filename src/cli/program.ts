// The program: its commands and options, its signals, its exit code.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { agentCommands } from '#cli/commands/agents.ts';
import { auditCommands } from '#cli/commands/audit.ts';
import { feedbackCommands } from '#cli/commands/feedback.ts';
import { importCommands } from '#cli/commands/import.ts';
import { metricsCommands } from '#cli/commands/metrics.ts';
import { migrationCommands } from '#cli/commands/migration.ts';
import { parityCommands } from '#cli/commands/parity.ts';
import { proposalCommands } from '#cli/commands/proposals.ts';
import { deadLetterCommands } from '#cli/commands/timeTravel.ts';
import { providerCommands, spendingCommands } from '#cli/commands/spending.ts';
import { safetyCommands } from '#cli/commands/safety.ts';
import { storeCommands } from '#cli/commands/store.ts';
import { triggerCommands } from '#cli/commands/triggers.ts';
import { workflowCommands } from '#cli/commands/workflow.ts';
import { exitCodes } from '#cli/exitCodes.ts';
import { collect, distFolder } from '#cli/options.ts';
import { createRunner } from '#cli/runner.ts';

const epilogue = `
Exit codes
  0    done
  1    the run failed or was cancelled, or what was asked was refused
  2    wrong options, or an id or name that does not exist
  3    a workflow file or its inputs have problems
  4    the workspace could not be opened
  5    the run ended with part of its work undone
  6    the run waits for a person
  130  stopped with Ctrl-C; the run can be resumed

Keys are read from ANTHROPIC_API_KEY, OPENAI_API_KEY and GEMINI_API_KEY (base URLs from ANTHROPIC_BASE_URL and the like);
CAS_OPENAI_COMPATIBLE_URL and CAS_OPENAI_COMPATIBLE_MODEL name any other endpoint. All of it: docs/providers.md.
Without a key agents work with their deterministic skills.`;

export async function runProgram(): Promise<void> {
  const runner = createRunner(interruptSignal());
  const program = createProgram();
  workflowCommands(program, runner);
  triggerCommands(program, runner);
  proposalCommands(program, runner);
  agentCommands(program, runner);
  importCommands(program, runner);
  migrationCommands(program, runner);
  parityCommands(program, runner);
  spendingCommands(program, runner);
  providerCommands(program, runner);
  storeCommands(program, runner);
  safetyCommands(program, runner);
  auditCommands(program, runner);
  feedbackCommands(program, runner);
  metricsCommands(program, runner);
  deadLetterCommands(program, runner);
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  }
}

function createProgram(): Command {
  return new Command('cas')
    .description('A team of agents that runs workflows on your repository. Nothing touches your files before you say yes.')
    .version(packageVersion())
    .option('-w, --workspace <folder>', 'the workspace (default: the nearest folder upwards with .cas or .git)')
    .option('--mode <mode>', 'strict (every gate asks), auto (policy decides), dry-run (no side effect leaves the process)', 'auto')
    .option('--json', 'JSON for programs: one value, or one event a line while a run is followed')
    .option('--allow-unsandboxed', "run the project's own tests and linter even where no sandbox is available")
    .option('--durability <level>', 'what a commit survives: full (a power cut, the default), normal (the end of the process)')
    .option(
      '--allow <what>',
      'let agents do without asking: execute, network, external (MCP servers) or tainted-egress; repeat it for more',
      collect,
      [],
    )
    .option('-v, --verbose', 'log to stderr')
    .addHelpText('after', epilogue)
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride();
}

function packageVersion(): string {
  const manifest = readFileSync(path.join(distFolder(import.meta.url), '..', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/**
 * The first Ctrl-C stops a run so that it can be resumed, the second ends the process. A reader that goes away (`| head`)
 * stops a run the same way; for the other commands it is no error.
 */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCodes.interrupted);
      controller.abort();
    });
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exit(exitCodes.failed);
    controller.abort();
  });
  return controller.signal;
}

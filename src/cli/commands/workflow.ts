// `cas workflow …`: the words and options; what they do is in verbs/.

import type { Command } from 'commander';
import { collect } from '#cli/options.ts';
import { timeTravelCommands } from '#cli/commands/timeTravel.ts';
import type { CommandRunner } from '#cli/runner.ts';

const reason = ['--reason <text>', 'why; kept with the run', ''] as const;

export function workflowCommands(program: Command, runner: CommandRunner): void {
  const workflow = program.command('workflow').alias('w').description('run workflows and steer their runs');
  following(workflow, runner);
  looking(workflow, runner);
  steering(workflow, runner);
  timeTravelCommands(workflow, runner);
}

function following(workflow: Command, runner: CommandRunner): void {
  workflow
    .command('run <name>')
    .description('run a workflow and follow it; Ctrl-C stops it so that it can be resumed')
    .option('-i, --input <key=value>', 'an input of the workflow; repeat it for more', collect, [])
    .option('--inputs-file <file>', 'inputs as a JSON file')
    .option('--title <text>', 'a title for the run')
    .option('--runtime <id>', 'what to run it on: custom or langgraph (default: what the workflow says, else $CAS_RUNTIME, else custom)')
    .option('--idempotency-key <key>', 'a second run with the same key returns the first')
    .option('--priority <n>', 'from -100 to 100 (default 0): greater goes first when runs have to wait')
    .option('--budget-usd <amount>', 'the run asks a person before it spends more, in US dollars')
    .option('--budget-tokens <n>', 'the run asks a person before it uses more, input and output together')
    .option('--tag <tag>', 'count its costs under this tag too; repeat it for more', collect, [])
    .option('--cache', 'take answers again that were given to exactly the same question before')
    .option('--at <time>', 'begin then: a time such as 2026-12-01T09:00, or a wait such as 90s, 15m or 2h')
    .action(runner.action(async () => (await import('#cli/verbs/run.ts')).run));
  workflow
    .command('resume <run>')
    .description('continue a paused or interrupted run; recorded steps do not run again')
    .action(runner.action(async () => (await import('#cli/verbs/run.ts')).resume));
}

function looking(workflow: Command, runner: CommandRunner): void {
  workflow
    .command('list')
    .description('workflows that can be run here')
    .action(runner.onFiles(async () => (await import('#cli/verbs/catalogue.ts')).list));
  workflow
    .command('validate [names-or-files...]')
    .description('check workflow files, or all of this workspace; every problem at once')
    .action(runner.onFiles(async () => (await import('#cli/verbs/catalogue.ts')).validate));
  workflow
    .command('estimate <name>')
    .description('what a run is likely to take, from those that ended here')
    .action(runner.action(async () => (await import('#cli/verbs/spending.ts')).estimate));
  workflow
    .command('graph <name>')
    .description('the steps of a workflow as a Mermaid flowchart; with --json as nodes and edges')
    .action(runner.onFiles(async () => (await import('#cli/verbs/catalogue.ts')).graph));
  workflow
    .command('status [run]')
    .description('one run step by step, or the latest runs')
    .action(runner.action(async () => (await import('#cli/verbs/status.ts')).status));
  workflow
    .command('history <run>')
    .description('the versions of a run')
    .option('--step <step>', 'only those of one step: its key, or its path')
    .option('--since <version>', 'from this version on, such as v3')
    .option('--events', 'every recorded event instead, one JSON object a line')
    .option('--thinking', 'what agents planned, called and ran, what critics said of it, and what gates turned')
    .action(runner.action(async () => (await import('#cli/verbs/status.ts')).history));
}

function steering(workflow: Command, runner: CommandRunner): void {
  workflow
    .command('pause <run>')
    .description('start nothing more; steps in flight finish')
    .option(...reason)
    .action(runner.action(async () => (await import('#cli/verbs/steer.ts')).pause));
  workflow
    .command('cancel <run>')
    .description('stop a run for good, work in flight included')
    .option('--compensate', 'undo the completed steps that say how, in reverse order')
    .option(...reason)
    .action(runner.action(async () => (await import('#cli/verbs/steer.ts')).cancel));
  workflow
    .command('decide <run> <choice>')
    .description('answer what a run waits for (the oldest question, or --decision)')
    .option('--decision <id>', 'which question')
    .option(...reason)
    .action(runner.action(async () => (await import('#cli/verbs/steer.ts')).decide));
  workflow
    .command('override <run> <step> <json>')
    .description("set a step's result yourself")
    .requiredOption('--reason <text>', 'why; kept with the run')
    .action(runner.action(async () => (await import('#cli/verbs/steer.ts')).override));
  workflow
    .command('steer <run> <step> <words...>')
    .description('say something to the agent that works on a step; it reads it before its next turn')
    .action(runner.action(async () => (await import('#cli/verbs/steer.ts')).say));
}

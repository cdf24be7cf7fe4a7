// `cas workflow diff`, `rollback`, `fork` and `cas dlq …`: the words and options; what they do is in verbs/.

import type { Command } from 'commander';
import { collect } from '#cli/options.ts';
import type { CommandRunner } from '#cli/runner.ts';

export function timeTravelCommands(workflow: Command, runner: CommandRunner): void {
  workflow
    .command('diff <run> <from> [to]')
    .description('what changed between two versions (v3 v7), or since one')
    .action(runner.action(async () => (await import('#cli/verbs/timeTravel.ts')).diff));
  workflow
    .command('rollback <run> <version>')
    .description('go back to a version; later steps are set aside, and resume goes on from there')
    .option('--reason <text>', 'why; kept with the run', '')
    .action(runner.action(async () => (await import('#cli/verbs/timeTravel.ts')).rollback));
  workflow
    .command('fork <run> [version]')
    .description('start a new run where a version stands (the newest without one); what is recorded up to there is reused')
    .option('-i, --input <key=value>', 'an input that is to be different; repeat it for more', collect, [])
    .option('--title <text>', 'a title for the new run')
    .action(runner.action(async () => (await import('#cli/verbs/timeTravel.ts')).fork));
}

export function deadLetterCommands(program: Command, runner: CommandRunner): void {
  const dlq = program.command('dlq').description('tasks that failed for good and took their run with them');
  dlq
    .command('list')
    .description('the open ones')
    .option('--all', 'those that were redriven, discarded or set aside too')
    .action(runner.action(async () => (await import('#cli/verbs/deadLetters.ts')).list));
  dlq
    .command('redrive <id>')
    .description('put the step back and follow its run')
    .action(runner.action(async () => (await import('#cli/verbs/deadLetters.ts')).redrive));
  dlq
    .command('discard <id>')
    .description('close it without doing anything')
    .requiredOption('--reason <text>', 'why; kept with the letter')
    .action(runner.action(async () => (await import('#cli/verbs/deadLetters.ts')).discard));
}

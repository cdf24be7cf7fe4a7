// `cas parity` and `cas runtimes`: the words; what they do is in verbs/.

import type { Command } from 'commander';
import type { CommandRunner } from '#cli/runner.ts';

export function parityCommands(program: Command, runner: CommandRunner): void {
  program
    .command('parity')
    .description('measure which of the 24 features each runtime has; exit code 1 when one is not available')
    .option('--runtime <id>', 'measure this one alone')
    .option('--evidence', 'what was done, expected and measured, feature by feature')
    .option('--last', 'the last measurement instead of a new one')
    .option('--history', 'the measurements so far, newest first')
    .action(runner.action(async () => (await import('#cli/verbs/parity.ts')).parity));
  program
    .command('runtimes')
    .description('health and figures of each runtime')
    .action(runner.action(async () => (await import('#cli/verbs/parity.ts')).runtimes));
}

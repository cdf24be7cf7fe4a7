// `cas metrics`: the words and options; what it does is in verbs/.

import type { Command } from 'commander';
import type { CommandRunner } from '#cli/runner.ts';

export function metricsCommands(program: Command, runner: CommandRunner): void {
  program
    .command('metrics')
    .description('success, durations, cost, tokens and errors, and what is left of the objectives')
    .option('--since <time>', 'from then on: a date such as 2026-11-01, or a time ago such as 24h or 7d', '7d')
    .option('--until <time>', 'up to then, written the same way')
    .option('--workflow <name>', 'runs of one workflow alone')
    .option('--agent <id>', 'runs in which this agent worked')
    .option('--csv', 'all figures as one table')
    .action(runner.action(async () => (await import('#cli/verbs/metrics.ts')).metrics));
}

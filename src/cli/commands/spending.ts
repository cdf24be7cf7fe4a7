// `cas costs`, `cas budget …` and `cas providers …`: the words; what they do is in verbs/.

import type { Command } from 'commander';
import type { CommandRunner } from '#cli/runner.ts';

export function spendingCommands(program: Command, runner: CommandRunner): void {
  program
    .command('costs')
    .description('what model calls used and cost, from the records of this workspace')
    .option('--by <what>', 'agent, workflow, model, tag, day, run or step', 'agent')
    .option('--since <time>', 'from then on: a date such as 2026-11-01, or a time ago such as 24h or 7d')
    .option('--run <run>', 'of one run alone')
    .action(runner.action(async () => (await import('#cli/verbs/spending.ts')).costs));
  const budget = program.command('budget').description('limits for each day and for tags; runs have theirs from `workflow run`');
  budget
    .command('set')
    .description('at its limit a run asks a person; without --tag it is for each day (UTC)')
    .option('--tag <tag>', 'for all runs with this tag')
    .option('--usd <amount>', 'in US dollars, such as 2.50')
    .option('--tokens <n>', 'in tokens, input and output together')
    .option('--off', 'take the budget away')
    .action(runner.action(async () => (await import('#cli/verbs/spending.ts')).setBudget));
  budget
    .command('show')
    .description('the budgets and what is spent of them')
    .action(runner.action(async () => (await import('#cli/verbs/spending.ts')).showBudgets));
}

export function providerCommands(program: Command, runner: CommandRunner): void {
  const providers = program.command('providers').description('the providers of language models');
  providers
    .command('list')
    .description('which can be called, with which model and at which price; calls nobody')
    .action(runner.action(async () => (await import('#cli/verbs/providers.ts')).list));
  providers
    .command('test <provider>')
    .description('make one tiny real call')
    .option('--model <model>', "another model than the provider's default")
    .action(runner.action(async () => (await import('#cli/verbs/providers.ts')).test));
  providers
    .command('health')
    .description('latency, errors and rate over the calls of the last five minutes')
    .action(runner.action(async () => (await import('#cli/verbs/providers.ts')).health));
}

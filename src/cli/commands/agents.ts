// `cas agents …`: the words; what they do is in verbs/.

import type { Command } from 'commander';
import type { CommandRunner } from '#cli/runner.ts';

export function agentCommands(program: Command, runner: CommandRunner): void {
  const agents = program.command('agents').alias('a').description('the team: who it is, how it does');
  agents
    .command('list')
    .description('all agents with their health')
    .action(runner.action(async () => (await import('#cli/verbs/agents.ts')).list));
  agents
    .command('show <agent>')
    .description('one agent: role, capabilities, tools, instructions')
    .action(runner.action(async () => (await import('#cli/verbs/agents.ts')).show));
}

// `cas trust` and `cas approvals`: the words and options; what they do is in verbs/.

import type { Command } from 'commander';
import type { CommandRunner } from '#cli/runner.ts';

export function safetyCommands(program: Command, runner: CommandRunner): void {
  program
    .command('trust [files...]')
    .description('workflow, agent and MCP files that are new or changed since you approved them; named ones are approved as they are now')
    .option('--all', 'approve all of them')
    .action(runner.action(async () => (await import('#cli/verbs/safety.ts')).trust));
  const approvals = program.command('approvals').description('what agents may do without asking, because you said "always"');
  approvals
    .command('list')
    .description('every standing yes, newest first')
    .action(runner.action(async () => (await import('#cli/verbs/safety.ts')).list));
  approvals
    .command('revoke <id>')
    .description('take one back: the next time it is asked again')
    .action(runner.action(async () => (await import('#cli/verbs/safety.ts')).revoke));
}

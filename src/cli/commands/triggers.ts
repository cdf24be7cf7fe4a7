// `cas triggers …` and `cas queue`: the words and options; what they do is in verbs/.

import type { Command } from 'commander';
import type { CommandRunner } from '#cli/runner.ts';

export function triggerCommands(program: Command, runner: CommandRunner): void {
  const triggers = program.command('triggers').description('what starts workflows by itself; off until you turn it on');
  triggers
    .command('list')
    .description('all triggers, their budgets and their next times')
    .action(runner.action(async () => (await import('#cli/verbs/triggers.ts')).list));
  triggers
    .command('test <workflow-or-trigger>')
    .description('what an event would start; nothing is started')
    .option('--event <json>', 'the event as {"type": …, "payload": …} (default: a sample of what each trigger looks at)')
    .action(runner.action(async () => (await import('#cli/verbs/triggers.ts')).test));
  triggers
    .command('enable [workflow-or-trigger]')
    .description('turn triggers on in this workspace, or those of one workflow, or one')
    .action(runner.action(async () => (await import('#cli/verbs/triggers.ts')).enable));
  triggers
    .command('disable [workflow-or-trigger]')
    .description('turn them off again')
    .action(runner.action(async () => (await import('#cli/verbs/triggers.ts')).disable));
  triggers
    .command('publish <event>')
    .description('put a message on the bus, such as {"type": "feedback.given", "payload": {"rating": 2, "text": "…"}}')
    .action(runner.action(async () => (await import('#cli/verbs/triggers.ts')).publish));
  triggers
    .command('watch')
    .description('stay and let triggers and queued runs begin, until Ctrl-C')
    .action(runner.staying(async () => (await import('#cli/verbs/triggers.ts')).watch));
  program
    .command('queue')
    .description('what waits for a place, and for which')
    .action(runner.action(async () => (await import('#cli/verbs/triggers.ts')).queue));
}

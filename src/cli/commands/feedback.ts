// `cas feedback …`: the words and options; what they do is in verbs/.

import type { Command } from 'commander';
import type { CommandRunner } from '#cli/runner.ts';
import { feedbackReasons } from '#protocol/optionWords.ts';

export function feedbackCommands(program: Command, runner: CommandRunner): void {
  const feedback = program.command('feedback').description('say how good something was, and see what came of it; it stays on this machine');
  feedback
    .command('give <what>')
    .description('about a run, a proposal or an agent: its id, or `latest` for the newest run')
    .option('--up', 'it was good')
    .option('--down', 'it was not')
    .option('--reason <reason>', `one of ${feedbackReasons.join(', ')}`)
    .option('--text <text>', 'in your own words')
    .option('--capability <name>', 'of an agent: only about this capability')
    .action(runner.action(async () => (await import('#cli/verbs/feedback.ts')).give));
  feedback
    .command('list')
    .description('what was said, and what it has changed')
    .action(runner.action(async () => (await import('#cli/verbs/feedback.ts')).list));
  feedback
    .command('withdraw <id>')
    .description('take a note back; it no longer counts')
    .action(runner.action(async () => (await import('#cli/verbs/feedback.ts')).withdraw));
}

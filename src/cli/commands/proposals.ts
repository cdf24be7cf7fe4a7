// `cas proposals …`: the words and options; what they do is in verbs/.

import type { Command } from 'commander';
import type { CommandRunner } from '#cli/runner.ts';

export function proposalCommands(program: Command, runner: CommandRunner): void {
  const proposals = program.command('proposals').alias('p').description('see and decide what agents want to change');
  proposals
    .command('list')
    .description('open proposals')
    .option('--all', 'decided ones too')
    .option('--run <run>', 'only those of one run')
    .action(runner.action(async () => (await import('#cli/verbs/proposals.ts')).list));
  proposals
    .command('show <proposal>')
    .description('the changes, hunk by hunk')
    .option('--diff', 'as one unified diff that git apply takes')
    .action(runner.action(async () => (await import('#cli/verbs/proposals.ts')).show));
  part(proposals.command('accept <proposal>').description('write the changes into the files: all, a file, or hunks'))
    .option('--commit', 'commit what was written, with a trailer naming the run')
    .action(runner.action(async () => (await import('#cli/verbs/decide.ts')).accept));
  part(proposals.command('reject <proposal>').description('turn changes down: all, a file, or hunks')).action(
    runner.action(async () => (await import('#cli/verbs/decide.ts')).reject),
  );
  part(
    proposals.command('ask <proposal>').description('ask for changes: its agent drafts it anew; --file and --hunk say what to leave out'),
  )
    .option('--note <text>', 'what shall be different, in your own words (needs a model)')
    .action(runner.action(async () => (await import('#cli/verbs/decide.ts')).ask));
  proposals
    .command('rebase <proposal>')
    .description('move it onto the files as they are now; writes none of them')
    .option('--file <path>', 'only this file')
    .action(runner.action(async () => (await import('#cli/verbs/decide.ts')).rebase));
  proposals
    .command('undo <proposal>')
    .description('take back the last decision; the files are restored byte for byte')
    .action(runner.action(async () => (await import('#cli/verbs/decide.ts')).undo));
}

function part(command: Command): Command {
  return command.option('--file <path>', 'only this file').option('--hunk <id...>', 'only these hunks of the file (numbers as shown)');
}

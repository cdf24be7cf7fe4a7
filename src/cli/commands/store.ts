// `cas store …`: the words and options; what they do is in verbs/.

import type { Command } from 'commander';
import type { CommandRunner } from '#cli/runner.ts';

export function storeCommands(program: Command, runner: CommandRunner): void {
  const store = program.command('store').description('look after what CAS has stored: sizes, backups, retention');
  store
    .command('info')
    .description('what is stored, how large it is, what is kept how long')
    .action(runner.action(async () => (await import('#cli/verbs/store.ts')).info));
  store
    .command('backup <file>')
    .description('a checked copy of the store, also while runs go on')
    .action(runner.action(async () => (await import('#cli/verbs/store.ts')).backup));
  store
    .command('restore [file]')
    .description('put a backup in the place of the store, which is kept aside; no other process may have it open')
    .option('--empty', 'start an empty store instead')
    .action(runner.onFiles(async () => (await import('#cli/verbs/store.ts')).restore));
  store
    .command('compact')
    .description('give unused space back to the disk')
    .action(runner.action(async () => (await import('#cli/verbs/store.ts')).compact));
  store
    .command('prune')
    .description('remove what the retention policy no longer keeps')
    .option('--dry-run', 'only say what would be removed')
    .action(runner.action(async () => (await import('#cli/verbs/store.ts')).prune));
}

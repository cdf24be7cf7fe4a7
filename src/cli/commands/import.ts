// `cas import`: the words; what it does is in verbs/.

import type { Command } from 'commander';
import type { CommandRunner } from '#cli/runner.ts';

export function importCommands(program: Command, runner: CommandRunner): void {
  program
    .command('import')
    .description('bring over agents and rules of Roo Code, Cline, Continue, Claude Code and Copilot; shows first, writes nothing')
    .option('--write', 'write what is new')
    .option('--overwrite', 'write, and replace files that have another text')
    .action(runner.onFiles(async () => (await import('#cli/verbs/import.ts')).bring));
}

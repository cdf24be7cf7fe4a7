// `cas audit …`: the words and options; what they do is in verbs/.

import type { Command } from 'commander';
import type { CommandRunner } from '#cli/runner.ts';
import { auditKinds } from '#protocol/optionWords.ts';

export function auditCommands(program: Command, runner: CommandRunner): void {
  const audit = program.command('audit').description('who decided what, when: a chain of hashes that shows any later change');
  audit
    .command('list')
    .description('the newest entries')
    .option('-n, --limit <n>', 'how many, 1 to 1000', '20')
    .option('--before <id>', 'only entries older than this one')
    .option('--text <text>', 'with this text in who, what, target or data')
    .option('--actor <who>', 'of `person`, `engine` or one agent')
    .option('--action <what>', 'such as proposal.accept, or proposal for all about proposals')
    .option('--kind <kind>', `one of ${auditKinds.join(', ')}`)
    .option('--since <time>', 'from then on: a date such as 2026-11-01, or a time ago such as 24h or 7d')
    .option('--until <time>', 'up to then, written the same way')
    .action(runner.action(async () => (await import('#cli/verbs/audit.ts')).list));
  audit
    .command('verify')
    .description('check every entry against the chain; exit code 1 when it is broken')
    .option('--head <id:hash>', 'a head that was kept elsewhere: shows entries that are missing at the end, and a rewritten trail')
    .option('--file <file>', 'check an exported file instead; needs no workspace')
    .action((...given: unknown[]) => {
      const options = given.at(-2) as { readonly file?: string };
      const work = options.file === undefined ? runner.action(loadVerify) : runner.onFiles(loadVerifyFile);
      return work(...given);
    });
  audit
    .command('export [file]')
    .description('all entries as JSON lines with their hashes, oldest first; without a file to standard output')
    .action(runner.action(async () => (await import('#cli/verbs/audit.ts')).exportTrail));
}

const loadVerify = async () => (await import('#cli/verbs/audit.ts')).verify;
const loadVerifyFile = async () => (await import('#cli/verbs/audit.ts')).verifyFile;

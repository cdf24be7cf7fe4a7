// `cas migration …`: the words and options; what they do is in verbs/migration*.ts.

import type { Command } from 'commander';
import type { CommandRunner } from '#cli/runner.ts';

const plan = ['--plan <id>', 'which plan (default: the only one of the workspace)'] as const;

export function migrationCommands(program: Command, runner: CommandRunner): void {
  const migration = program.command('migration').alias('m').description('feature deliveries and migrations: plans, hours, forecasts');
  looking(migration, runner);
  writing(migration, runner);
  timing(migration, runner);
}

function looking(migration: Command, runner: CommandRunner): void {
  migration
    .command('list')
    .description('the plans of this workspace, and the one that comes with CAS')
    .action(runner.action(async () => (await import('#cli/verbs/migration.ts')).list));
  migration
    .command('status [plan]')
    .description('progress, hours, pace, forecast and next steps; with --json every figure')
    .action(runner.action(async () => (await import('#cli/verbs/migration.ts')).status));
  migration
    .command('show <feature>')
    .description('one feature: its hours and where they come from, what it needs and what needs it')
    .option(...plan)
    .action(runner.action(async () => (await import('#cli/verbs/migration.ts')).show));
  migration
    .command('validate [plans-or-files...]')
    .description('check plan files, or all of this workspace; every problem at once')
    .action(runner.onFiles(async () => (await import('#cli/verbs/migrationFiles.ts')).validate));
}

function writing(migration: Command, runner: CommandRunner): void {
  migration
    .command('new <name>')
    .description('write a new plan: pieces of a feature, an audit of this repository, or a copy')
    .option('--template <template>', 'feature-delivery or migration', 'feature-delivery')
    .option('--id <id>', 'name of the file (default: made from the name)')
    .option('--piece <name>', 'a piece of the feature; repeat it for more', collect, [])
    .option('--from <side>', 'what a migration leaves behind')
    .option('--to <side>', 'what a migration moves to')
    .option('--copy <plan>', 'copy this plan instead')
    .action(runner.action(async () => (await import('#cli/verbs/migrationEdit.ts')).create));
  migration
    .command('add <name>')
    .description('add a feature')
    .option(...plan)
    .option('--phase <id>', 'phase it belongs to')
    .option('--priority <priority>', 'critical, important or "nice to have"')
    .option('--estimate <hours>', 'planned hours')
    .option('--needs <feature>', 'a feature that must be done first; repeat it for more', collect, [])
    .option('--notes <text>', 'notes')
    .action(runner.action(async () => (await import('#cli/verbs/migrationEdit.ts')).add));
  migration
    .command('set <feature>')
    .description('change values of a feature; only the lines it must are touched')
    .option(...plan)
    .option('--name <name>', 'what people call it')
    .option('--phase <id>', 'phase it belongs to, or none')
    .option('--status <status>', '"not started", "in progress", done or unknown')
    .option('--hours <hours>', 'actual hours in all')
    .option('--estimate <hours>', 'planned hours, or none')
    .option('--completed <day>', 'completion date such as 2026-12-24, or none')
    .option('--started <day>', 'start date, or none')
    .option('--priority <priority>', 'critical, important or "nice to have"')
    .option('--old-side <state>', 'what the old side offers: available, partial, unavailable, retired or none')
    .option('--notes <text>', 'notes; an empty text takes them away')
    .action(runner.action(async () => (await import('#cli/verbs/migrationEdit.ts')).set));
}

function timing(migration: Command, runner: CommandRunner): void {
  migration
    .command('start <feature>')
    .description('start its clock, and the feature when it was not started; the clock runs on when this command ends')
    .option(...plan)
    .action(runner.action(async () => (await import('#cli/verbs/migrationEdit.ts')).start));
  migration
    .command('stop <feature>')
    .description('stop its clock and write the time down')
    .option(...plan)
    .option('--discard', 'throw the time away')
    .action(runner.action(async () => (await import('#cli/verbs/migrationEdit.ts')).stop));
  migration
    .command('log <feature> <hours>')
    .description('write hours down by hand')
    .option(...plan)
    .option('--date <day>', 'when they were spent (default: today)')
    .option('--note <text>', 'what they were spent on')
    .action(runner.action(async () => (await import('#cli/verbs/migrationEdit.ts')).log));
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

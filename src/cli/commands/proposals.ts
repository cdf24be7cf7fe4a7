// `cas proposals …`: what wants to change the files, and a person's answer: all of it, by file or by hunk.

import type { Command } from 'commander';
import { AppError } from '#base/errors.ts';
import { exitCodes } from '#cli/exitCodes.ts';
import type { CommandRunner } from '#cli/runner.ts';
import { formatTime, plural, printable, table } from '#cli/printers/format.ts';
import type { Session } from '#cli/workspace.ts';
import type { DecisionOutcome, HunkView, ProposalFileView, ProposalTarget, ProposalView } from '#protocol/proposal.ts';

export function proposalCommands(program: Command, runner: CommandRunner): void {
  const proposals = program.command('proposals').alias('p').description('see and decide what agents want to change');
  proposals
    .command('list')
    .description('open proposals')
    .option('--all', 'decided ones too')
    .option('--run <run>', 'only those of one run')
    .action(runner.action(list));
  proposals
    .command('show <proposal>')
    .description('the changes, hunk by hunk')
    .option('--diff', 'as one unified diff that git apply takes')
    .action(runner.action(show));
  const part = (command: Command): Command =>
    command.option('--file <path>', 'only this file').option('--hunk <id...>', 'only these hunks of the file (numbers as shown)');
  part(proposals.command('accept <proposal>').description('write the changes into the files: all, a file, or hunks'))
    .option('--commit', 'commit what was written, with a trailer naming the run')
    .action(runner.action((session, options, [id]) => decide(session, 'accept', id ?? '', options)));
  part(proposals.command('reject <proposal>').description('turn changes down: all, a file, or hunks')).action(
    runner.action((session, options, [id]) => decide(session, 'reject', id ?? '', options)),
  );
  proposals
    .command('undo <proposal>')
    .description('take back the last decision; the files are restored byte for byte')
    .action(
      runner.action(async (session, _options, [id]) => report(session, 'Undone', await session.api.call('proposals.undo', id ?? ''))),
    );
}

async function list({ api, output }: Session, options: Readonly<Record<string, unknown>>): Promise<number> {
  const run = options['run'];
  const found = await api.call('proposals.list', { open: options['all'] !== true, ...(typeof run === 'string' && { runId: run }) });
  if (output.json) {
    output.value(found);
    return exitCodes.ok;
  }
  if (found.length === 0) output.line('No proposals wait for a decision.');
  const rows = found.map((p) => [
    p.id,
    p.status,
    `+${p.added} −${p.removed}`,
    plural(p.files, 'file'),
    `${p.hunksPending} of ${plural(p.hunks, 'hunk')} open`,
    p.agent,
    formatTime(p.createdAt),
    printable(p.title),
  ]);
  table(rows, output.columns).forEach((row) => output.line(row));
  return exitCodes.ok;
}

async function show({ api, output }: Session, options: Readonly<Record<string, unknown>>, [id = '']: readonly string[]): Promise<number> {
  if (options['diff'] === true) {
    process.stdout.write(await api.call('proposals.diff', id));
    return exitCodes.ok;
  }
  const proposal = await api.call('proposals.get', id);
  if (output.json) {
    output.value(proposal);
    return exitCodes.ok;
  }
  output.line(`${output.style('bold', printable(proposal.title))}  ${proposal.status} · ${proposal.agent} · ${proposal.id}`);
  if (proposal.summary !== '') output.line(printable(proposal.summary));
  printVerification(output, proposal);
  for (const file of proposal.files) printFile(output, file);
  return exitCodes.ok;
}

function printVerification(output: Session['output'], { verification }: ProposalView): void {
  if (verification === null) return;
  for (const check of verification.checks) {
    const mark = check.passed ? output.style('green', '✔') : output.style('red', '✖');
    output.line(`${mark} ${check.name}: ${printable(check.detail)}`);
  }
}

const kinds = { modify: '', create: ' (new)', delete: ' (deleted)', rename: ' (renamed)' } as const;

function printFile(output: Session['output'], file: ProposalFileView): void {
  const from = file.oldPath === null ? '' : `${printable(file.oldPath)} → `;
  output.line(`\n${output.style('bold', `${from}${printable(file.path)}`)}${kinds[file.kind]}  +${file.added} −${file.removed}`);
  if (file.disk === 'changed')
    output.line(output.style('yellow', 'This file changed after the proposal was made; accepting merges, or refuses when it cannot.'));
  for (const hunk of file.hunks) printHunk(output, hunk);
}

function printHunk(output: Session['output'], hunk: HunkView): void {
  const place = `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`;
  output.line(
    `${output.style('cyan', `hunk ${hunk.id}  ${place}`)}  ${hunk.status}${hunk.reason === '' ? '' : `: ${printable(hunk.reason)}`}`,
  );
  for (const line of hunk.lines) {
    const safe = printable(line);
    output.line(line.startsWith('+') ? output.style('green', safe) : line.startsWith('-') ? output.style('red', safe) : safe);
  }
}

async function decide(
  session: Session,
  verb: 'accept' | 'reject',
  id: string,
  options: Readonly<Record<string, unknown>>,
): Promise<number> {
  const file = options['file'];
  const hunks = Array.isArray(options['hunk']) ? (options['hunk'] as readonly string[]) : [];
  if (hunks.length > 0 && typeof file !== 'string') {
    throw new AppError({ code: 'cli.usage', message: '--hunk needs --file: hunks are numbered per file.' });
  }
  const base = { proposalId: id, ...(typeof file === 'string' && { path: file }) };
  const targets: readonly ProposalTarget[] = hunks.length === 0 ? [base] : hunks.map((hunk) => ({ ...base, hunk }));
  let outcome: DecisionOutcome | null = null;
  for (const [i, target] of targets.entries()) {
    const commit = options['commit'] === true && i === targets.length - 1;
    outcome =
      verb === 'accept'
        ? await session.api.call('proposals.accept', { target, commit })
        : await session.api.call('proposals.reject', target);
  }
  return outcome === null ? exitCodes.ok : report(session, verb === 'accept' ? 'Accepted' : 'Rejected', outcome);
}

function report({ output }: Session, word: string, outcome: DecisionOutcome): number {
  if (output.json) {
    output.value(outcome);
    return exitCodes.ok;
  }
  const pending = outcome.proposal.files.flatMap((f) => f.hunks).filter((h) => h.status === 'pending').length;
  output.line(
    `${word}. ${outcome.written.length === 0 ? 'No file was written.' : `Written: ${outcome.written.map(printable).join(', ')}.`}`,
  );
  if (outcome.rebased.length > 0) output.line(`Merged with your own changes: ${outcome.rebased.map(printable).join(', ')}.`);
  if (outcome.commit !== null) output.line(`Committed as ${outcome.commit}.`);
  output.line(pending === 0 ? 'Nothing of this proposal is open any more.' : `${plural(pending, 'hunk')} of it wait for your decision.`);
  if (outcome.proposal.canUndo) output.line(`Take it back with: cas proposals undo ${outcome.proposal.id}`);
  return exitCodes.ok;
}

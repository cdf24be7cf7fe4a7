// `cas proposals list` and `show`: what wants to change the files.

import { exitCodes } from '#cli/exitCodes.ts';
import { type Options, textOption } from '#cli/options.ts';
import { plural, printable, table } from '#cli/printers/format.ts';
import type { Session } from '#cli/session.ts';
import type { HunkView, ProposalFileView, ProposalView } from '#protocol/proposal.ts';

type Output = Session['output'];

export async function list({ api, output }: Session, options: Options): Promise<number> {
  const runId = textOption(options, 'run');
  const found = await api.call('proposals.list', { open: options['all'] !== true, ...(runId !== '' && { runId }) });
  if (output.json) {
    output.value(found);
    return exitCodes.ok;
  }
  if (found.length === 0) output.line(options['all'] === true ? 'No proposals.' : 'No proposals wait for a decision.');
  const rows = found.map((p) => [
    p.id,
    ...(options['all'] === true ? [p.status] : []),
    `+${p.added} −${p.removed}`,
    plural(p.files, 'file'),
    `${p.hunksPending} of ${plural(p.hunks, 'hunk')} open`,
    printable(p.title),
  ]);
  table(rows, output.columns).forEach((row) => output.line(row));
  return exitCodes.ok;
}

export async function show({ api, output, command }: Session, options: Options, [id = '']: readonly string[]): Promise<number> {
  if (options['diff'] === true) {
    const diff = await api.call('proposals.diff', id);
    if (output.json) output.value({ id, diff });
    else output.raw(diff);
    return exitCodes.ok;
  }
  const proposal = await api.call('proposals.get', id);
  if (output.json) {
    output.value(proposal);
    return exitCodes.ok;
  }
  output.line(`${output.style('bold', printable(proposal.title))}  ${proposal.status} · ${proposal.agent} · ${proposal.id}`);
  if (proposal.summary !== '') output.line(printable(proposal.summary));
  if (proposal.replacedBy !== undefined) output.line(`Replaced by ${proposal.replacedBy}.`);
  if (proposal.replaces !== undefined) output.line(`Takes the place of ${proposal.replaces}.`);
  printVerification(output, proposal);
  for (const file of proposal.files) printFile(output, file);
  if (proposal.files.some((file) => file.hunks.some((hunk) => hunk.status === 'pending')))
    output.line(`\nAccept with: ${command(`proposals accept ${proposal.id}`)} (a part of it: --file PATH [--hunk N …])`);
  return exitCodes.ok;
}

function printVerification(output: Output, { verification }: ProposalView): void {
  if (verification === null) return;
  for (const check of verification.checks) {
    const mark = check.passed ? output.style('green', '✔') : output.style('red', '✖');
    output.line(`${mark} ${printable(check.name)}: ${printable(check.detail)}`);
  }
  if (verification.outdated === true) output.line(output.style('yellow', 'The proposed text has changed since these checks.'));
}

const kinds = { modify: '', create: ' (new)', delete: ' (deleted)', rename: ' (renamed)' } as const;

function printFile(output: Output, file: ProposalFileView): void {
  const from = file.oldPath === null ? '' : `${printable(file.oldPath)} → `;
  output.line(`\n${output.style('bold', `${from}${printable(file.path)}`)}${kinds[file.kind]}  +${file.added} −${file.removed}`);
  if (file.disk === 'changed')
    output.line(output.style('yellow', 'This file changed after the proposal was made; accepting merges, or refuses when it cannot.'));
  for (const hunk of file.hunks) printHunk(output, hunk);
}

function printHunk(output: Output, hunk: HunkView): void {
  const place = `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`;
  const edited = hunk.amended === true ? ' (edited by you)' : '';
  const why = hunk.reason === '' ? '' : `: ${printable(hunk.reason)}`;
  output.line(`${output.style('cyan', `hunk ${hunk.id}  ${place}`)}  ${hunk.status}${edited}${why}`);
  for (const line of hunk.lines) {
    const safe = printable(line);
    output.line(line.startsWith('+') ? output.style('green', safe) : line.startsWith('-') ? output.style('red', safe) : safe);
  }
}

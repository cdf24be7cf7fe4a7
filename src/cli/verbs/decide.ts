// `cas proposals accept`, `reject`, `ask`, `rebase` and `undo`: a person's answer, for all of it, a file or hunks.

import { exitCodes } from '#cli/exitCodes.ts';
import { followRun } from '#cli/follow.ts';
import { type Options, textOption, usage } from '#cli/options.ts';
import { plural, printable } from '#cli/printers/format.ts';
import type { Session } from '#cli/session.ts';
import type { DecisionOutcome, ProposalTarget } from '#protocol/proposal.ts';

type Words = readonly string[];

export async function accept(session: Session, options: Options, [id = '']: Words): Promise<number> {
  const target = await targetOf(session, id, options);
  return report(session, 'Accepted', await session.api.call('proposals.accept', { target, commit: options['commit'] === true }));
}

export async function reject(session: Session, options: Options, [id = '']: Words): Promise<number> {
  return report(session, 'Rejected', await session.api.call('proposals.reject', await targetOf(session, id, options)));
}

export async function undo(session: Session, _options: Options, [id = '']: Words): Promise<number> {
  return report(session, 'Undone', await session.api.call('proposals.undo', id));
}

/** Gives it back to its agent and follows the run that drafts it anew. */
export async function ask(session: Session, options: Options, [id = '']: Words): Promise<number> {
  const { proposalId, parts } = await targetOf(session, id, options);
  const request = { id: proposalId, note: textOption(options, 'note'), drop: parts ?? [] };
  const { runId } = await session.api.call('proposals.ask', request);
  const code = await followRun(session, { runId, wake: false, fromSeq: 0, mode: 'auto' });
  const { replacedBy } = await session.api.call('proposals.get', proposalId);
  if (!session.output.json) {
    const show = replacedBy && session.command(`proposals show ${replacedBy}`);
    session.output.line(show ? `Replaced by ${replacedBy}. See it with: ${show}` : `${proposalId} stands as it was.`);
  }
  return code;
}

export async function rebase({ api, output }: Session, options: Options, [id = '']: Words): Promise<number> {
  const path = textOption(options, 'file');
  const { proposal, rebased } = await api.call('proposals.rebase', { id, ...(path !== '' && { path }) });
  if (output.json) output.value({ proposal, rebased });
  else
    output.line(rebased.length === 0 ? 'No file had changed.' : `Moved onto the files as they are: ${rebased.map(printable).join(', ')}.`);
  return exitCodes.ok;
}

/** All hunks are looked up first, so that a mistyped number changes nothing; several are one decision. */
async function targetOf({ api }: Session, id: string, options: Options): Promise<ProposalTarget> {
  const path = textOption(options, 'file');
  const hunks = [...new Set((options['hunk'] as readonly string[] | undefined) ?? [])];
  if (hunks.length > 0 && path === '') throw usage('--hunk needs --file: hunks are numbered per file.');
  if (path === '') return { proposalId: id };
  const proposal = await api.call('proposals.get', id);
  const file = proposal.files.find((one) => one.path === path);
  if (file === undefined) throw usage(`${proposal.id} has no file ${path}. It has: ${proposal.files.map((one) => one.path).join(', ')}.`);
  const known = file.hunks.map((hunk) => hunk.id);
  const unknown = hunks.filter((hunk) => !known.includes(hunk));
  if (unknown.length > 0) throw usage(`${path} has no hunk ${unknown.join(', ')}. It has: ${known.join(', ')}.`);
  return { proposalId: proposal.id, parts: hunks.length === 0 ? [{ path }] : hunks.map((hunk) => ({ path, hunk })) };
}

function report({ output, command }: Session, word: string, { proposal, written, rebased, commit }: DecisionOutcome): number {
  if (output.json) {
    output.value({ proposal, written, rebased, commit });
    return exitCodes.ok;
  }
  const pending = proposal.files.flatMap((file) => file.hunks).filter((hunk) => hunk.status === 'pending').length;
  output.line(`${word}. ${written.length === 0 ? 'No file was written.' : `Written: ${written.map(printable).join(', ')}.`}`);
  if (rebased.length > 0) output.line(`Merged with your own changes: ${rebased.map(printable).join(', ')}.`);
  if (commit !== null) output.line(`Committed as ${commit}.`);
  output.line(pending === 0 ? 'Nothing of this proposal is open any more.' : `${plural(pending, 'hunk')} of it still open.`);
  if (proposal.canUndo) output.line(`Take the last decision back with: ${command(`proposals undo ${proposal.id}`)}`);
  return exitCodes.ok;
}

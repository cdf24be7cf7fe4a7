// `cas proposals accept`, `reject` and `undo`: a person's answer, for all of it, a file or hunks.

import { exitCodes } from '#cli/exitCodes.ts';
import { type Options, textOption, usage } from '#cli/options.ts';
import { plural, printable } from '#cli/printers/format.ts';
import type { Session } from '#cli/session.ts';
import type { DecisionOutcome, ProposalTarget } from '#protocol/proposal.ts';

type Words = readonly string[];

export async function accept(session: Session, options: Options, [id = '']: Words): Promise<number> {
  const targets = await targetsOf(session, id, options);
  const outcomes: DecisionOutcome[] = [];
  for (const [i, target] of targets.entries()) {
    const commit = options['commit'] === true && i === targets.length - 1;
    outcomes.push(await session.api.call('proposals.accept', { target, commit }));
  }
  return report(session, 'Accepted', outcomes);
}

export async function reject(session: Session, options: Options, [id = '']: Words): Promise<number> {
  const outcomes: DecisionOutcome[] = [];
  for (const target of await targetsOf(session, id, options)) outcomes.push(await session.api.call('proposals.reject', target));
  return report(session, 'Rejected', outcomes);
}

export async function undo(session: Session, _options: Options, [id = '']: Words): Promise<number> {
  return report(session, 'Undone', [await session.api.call('proposals.undo', id)]);
}

/** All hunks are looked up before the first is decided, so that a mistyped number changes nothing. */
async function targetsOf({ api }: Session, id: string, options: Options): Promise<readonly ProposalTarget[]> {
  const path = textOption(options, 'file');
  const hunks = [...new Set((options['hunk'] as readonly string[] | undefined) ?? [])];
  if (hunks.length > 0 && path === '') throw usage('--hunk needs --file: hunks are numbered per file.');
  if (path === '') return [{ proposalId: id }];
  const proposal = await api.call('proposals.get', id);
  const file = proposal.files.find((one) => one.path === path);
  if (file === undefined) throw usage(`${proposal.id} has no file ${path}. It has: ${proposal.files.map((one) => one.path).join(', ')}.`);
  const known = file.hunks.map((hunk) => hunk.id);
  const unknown = hunks.filter((hunk) => !known.includes(hunk));
  if (unknown.length > 0) throw usage(`${path} has no hunk ${unknown.join(', ')}. It has: ${known.join(', ')}.`);
  return hunks.length === 0 ? [{ proposalId: proposal.id, path }] : hunks.map((hunk) => ({ proposalId: proposal.id, path, hunk }));
}

function report({ output, command }: Session, word: string, outcomes: readonly DecisionOutcome[]): number {
  const last = outcomes.at(-1);
  if (last === undefined) return exitCodes.ok;
  const { proposal, commit } = last;
  const written = [...new Set(outcomes.flatMap((outcome) => outcome.written))];
  const rebased = [...new Set(outcomes.flatMap((outcome) => outcome.rebased))];
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

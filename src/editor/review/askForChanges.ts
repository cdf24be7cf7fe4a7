// Ask for Changes…: what a person wants to be different goes back to the agent, as words (with a model) or as parts to leave out.

import * as vscode from 'vscode';
import { showProgress } from '#editor/commands/startRun.ts';
import { agentName } from '#editor/agentName.ts';
import type { Editor } from '#editor/editor.ts';
import { hasCode } from '#base/errors.ts';
import type { CoreApi } from '#protocol/api.ts';
import type { ProposalPart, ProposalTarget, ProposalView } from '#protocol/proposal.ts';
import type { ReviewSheet } from '#protocol/review.ts';

const { t } = vscode.l10n;

interface PartItem extends vscode.QuickPickItem {
  readonly part: ProposalPart;
}

export interface ChangeWish {
  readonly note: string;
  readonly drop: readonly ProposalPart[];
}

/** What is given is sent as it is, with what was noted before; else the person is asked. The run's id; null when they stopped. */
export async function askForChanges(editor: Editor, target: ProposalTarget, said?: Partial<ChangeWish>): Promise<string | null> {
  const api = await editor.core.get();
  const sheet = await api.call('proposals.sheet', target.proposalId);
  const { id, title } = sheet.proposal;
  const noted = editor.review.notesOn(id);
  const given = said && { note: [...noted, said.note ?? ''].filter(Boolean).join('\n'), drop: said.drop ?? [] };
  const request = given ?? (await askPerson(editor, sheet, noted));
  if (!request) return null;
  if (request.drop.length === 0 && (await steered(api, sheet.proposal, request.note))) {
    editor.review.forgetNotes(id);
    return sheet.proposal.runId;
  }
  const { runId } = await api.call('proposals.ask', { id, ...request, drop: [...request.drop] });
  editor.review.forgetNotes(id);
  showProgress(editor, runId, t('CAS: changes to “{0}”', title));
  return runId;
}

/** An agent that is still at work on the step that drafted it reads the note before its next turn. */
async function steered(api: CoreApi, { runId, path, agent }: ProposalView, note: string): Promise<boolean> {
  if (runId === null || path === null) return false;
  try {
    await api.call('runs.steer', { id: runId, path, text: note });
  } catch (error) {
    if (hasCode(error, 'step.notSteerable') || hasCode(error, 'run.notFound')) return false;
    throw error;
  }
  void vscode.window.setStatusBarMessage(t('{0} is at work and reads your note next.', agent), 8000);
  return true;
}

async function askPerson(editor: Editor, sheet: ReviewSheet, noted: readonly string[]): Promise<ChangeWish | null> {
  const { proposal, hasModel } = sheet;
  if (!hasModel) return askForParts(editor, proposal);
  const note = await vscode.window.showInputBox({
    title: t('Ask for changes to “{0}”', proposal.title),
    prompt: t('{0} drafts it anew; the new proposal takes the place of this one.', agentName(editor, proposal.agent)),
    placeHolder: t('What shall be different'),
    value: noted.join(' '),
    ignoreFocusOut: true,
    validateInput: (typed) => (typed.trim() === '' ? t('Say what shall be different.') : null),
  });
  return note === undefined ? null : { note, drop: leftOut(editor, proposal) };
}

/** Words need a model; leaving parts out does not. */
async function askForParts(editor: Editor, proposal: ProposalView): Promise<ChangeWish | null> {
  const unwanted = new Set(leftOut(editor, proposal).map(({ path }) => path));
  const items = proposal.files.flatMap((file) =>
    file.hunks
      .filter(({ status }) => status === 'pending')
      .map((hunk): PartItem => ({
        label: `${file.path}:${hunk.newStart}`,
        description: t('Hunk {0} of {1}', hunk.id, file.hunks.length),
        detail: hunk.reason,
        picked: unwanted.has(file.path),
        part: { path: file.path, hunk: hunk.id },
      })),
  );
  const picked = await vscode.window.showQuickPick(items, {
    title: t('No model is set up, so words cannot be read'),
    placeHolder: t('Choose what to leave out; the rest is drafted and checked anew'),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  return picked && picked.length > 0 ? { note: '', drop: picked.map(({ part }) => part) } : null;
}

function leftOut(editor: Editor, proposal: ProposalView): readonly ProposalPart[] {
  return proposal.files.filter(({ path }) => editor.review.isLeftOut(proposal.id, path)).map(({ path }) => ({ path }));
}

/** What was written under a hunk says which lines it is about. */
export async function placed(editor: Editor, target: ProposalTarget, text: string): Promise<string> {
  const proposal = await (await editor.core.get()).call('proposals.get', target.proposalId);
  const hunk = proposal.files.find(({ path }) => path === target.path)?.hunks.find(({ id }) => id === target.hunk);
  return hunk ? `${target.path}:${hunk.newStart}: ${text}` : text;
}

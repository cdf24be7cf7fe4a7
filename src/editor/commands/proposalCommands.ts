// Commands on proposals: review, accept or reject all, a file or a hunk, ask for changes, rebase.

import * as vscode from 'vscode';
import type { Command } from '#editor/commands/command.ts';
import type { Editor } from '#editor/editor.ts';
import { decide, undoLast, type Verdict } from '#editor/review/decide.ts';
import { askForChanges, type ChangeWish, placed } from '#editor/review/askForChanges.ts';
import { openReview } from '#editor/review/openReview.ts';
import { openMergeEditor, rebaseProposal } from '#editor/review/rebaseProposal.ts';
import { resolveTarget, type Scope } from '#editor/review/reviewTarget.ts';
import { LiveNode } from '#editor/views/liveTree.ts';
import type { DecisionOutcome } from '#protocol/proposal.ts';

const { t } = vscode.l10n;

function fileOf(argument: unknown): string | undefined {
  if (argument instanceof LiveNode) return argument.spec.target?.kind === 'proposalFile' ? argument.spec.target.path : undefined;
  return (argument as { readonly path?: string } | undefined)?.path;
}

async function review(editor: Editor, argument: unknown): Promise<string | null> {
  const target = await resolveTarget(editor, argument, { scope: 'proposal', open: false });
  if (!target) return null;
  const { id } = await openReview(editor, target.proposalId, fileOf(argument));
  return id;
}

function deciding(verdict: Verdict, scope: Scope): Command['run'] {
  return async (editor, argument): Promise<DecisionOutcome | null> => {
    const target = await resolveTarget(editor, argument, { scope, open: true });
    return target && decide(editor, verdict, target);
  };
}

/** Asked first: it ends the whole proposal. It can be taken back with Undo Last Decision. */
async function rejectAll(editor: Editor, argument: unknown): Promise<DecisionOutcome | null> {
  const target = await resolveTarget(editor, argument, { scope: 'proposal', open: true });
  if (!target) return null;
  const { title } = await (await editor.core.get()).call('proposals.get', target.proposalId);
  const reject = t('Reject');
  const detail = t('No file changes. Undo Last Decision takes it back.');
  const picked = await vscode.window.showWarningMessage(t('Reject all changes of “{0}”?', title), { modal: true, detail }, reject);
  return picked === reject ? decide(editor, 'reject', target) : null;
}

async function undo(editor: Editor, argument: unknown): Promise<DecisionOutcome | null> {
  const target = await resolveTarget(editor, argument, { scope: 'proposal', open: false });
  return target && undoLast(editor, target.proposalId);
}

/** With a reply under a hunk it is sent at once; code may give `{proposalId, note, drop}`. */
async function ask(editor: Editor, argument: unknown): Promise<string | null> {
  const reply = asReply(argument);
  if (!reply) {
    const target = await resolveTarget(editor, argument, { scope: 'proposal', open: true });
    const said = argument as Partial<ChangeWish> | undefined;
    const isSaid = said?.note !== undefined || said?.drop !== undefined;
    return target && askForChanges(editor, target, isSaid ? said : undefined);
  }
  const ref = editor.review.refOfThread(reply.thread);
  return ref && askForChanges(editor, ref, { note: await placed(editor, ref, reply.text) });
}

/** Kept until changes are asked for. */
async function addNote(editor: Editor, argument: unknown): Promise<void> {
  const reply = asReply(argument);
  const ref = reply && editor.review.refOfThread(reply.thread);
  if (!reply || !ref) return;
  editor.review.note(ref.proposalId, await placed(editor, ref, reply.text));
  editor.review.addNoteTo(reply.thread, reply.text);
}

function asReply(argument: unknown): vscode.CommentReply | null {
  const reply = argument as Partial<vscode.CommentReply> | undefined;
  return reply?.thread !== undefined && typeof reply.text === 'string' ? (reply as vscode.CommentReply) : null;
}

function onChangedFiles(work: (editor: Editor, id: string) => Promise<boolean>): Command['run'] {
  return async (editor, argument) => {
    const target = await resolveTarget(editor, argument, { scope: 'proposal', open: true });
    return target && work(editor, target.proposalId);
  };
}

/** What the agent wrote, in place of a person's edits. */
async function discardEdits(editor: Editor, argument: unknown): Promise<void> {
  const target = await resolveTarget(editor, argument, { scope: 'file', open: true });
  if (target?.path === undefined) return;
  await (await editor.core.get()).call('proposals.amend', { id: target.proposalId, path: target.path, text: null });
  await editor.review.refresh(target.proposalId);
}

export const proposalCommands: readonly Command[] = [
  { id: 'cas.proposal.review', needs: 'nothing', run: review },
  { id: 'cas.proposal.acceptAll', needs: 'trust', run: deciding('accept', 'proposal') },
  { id: 'cas.proposal.rejectAll', needs: 'trust', run: rejectAll },
  { id: 'cas.proposal.askForChanges', needs: 'trust', run: ask },
  { id: 'cas.proposal.addNote', needs: 'trust', run: addNote },
  { id: 'cas.proposal.rebase', needs: 'trust', run: onChangedFiles(rebaseProposal) },
  { id: 'cas.proposal.merge', needs: 'trust', run: onChangedFiles(openMergeEditor) },
  { id: 'cas.proposal.discardEdits', needs: 'trust', run: discardEdits },
  { id: 'cas.proposal.acceptFile', needs: 'trust', run: deciding('accept', 'file') },
  { id: 'cas.proposal.rejectFile', needs: 'trust', run: deciding('reject', 'file') },
  { id: 'cas.proposal.acceptHunk', needs: 'trust', run: deciding('accept', 'hunk') },
  { id: 'cas.proposal.rejectHunk', needs: 'trust', run: deciding('reject', 'hunk') },
  { id: 'cas.proposal.undoLast', needs: 'trust', run: undo },
];

// Commands on proposals: review, and accept or reject all, a file or a hunk.

import * as vscode from 'vscode';
import type { Command } from '#editor/commands/command.ts';
import type { Editor } from '#editor/editor.ts';
import { decide, undoLast, type Verdict } from '#editor/review/decide.ts';
import { openReview } from '#editor/review/openReview.ts';
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
  return async (editor, argument): Promise<readonly DecisionOutcome[]> => {
    const target = await resolveTarget(editor, argument, { scope, open: true });
    return target ? decide(editor, verdict, target) : [];
  };
}

/** Asked first: it ends the whole proposal. It can be taken back with Undo Last Decision. */
async function rejectAll(editor: Editor, argument: unknown): Promise<readonly DecisionOutcome[]> {
  const target = await resolveTarget(editor, argument, { scope: 'proposal', open: true });
  if (!target) return [];
  const { title } = await (await editor.core.get()).call('proposals.get', target.proposalId);
  const reject = t('Reject');
  const detail = t('No file changes. Undo Last Decision takes it back.');
  const picked = await vscode.window.showWarningMessage(t('Reject all changes of “{0}”?', title), { modal: true, detail }, reject);
  return picked === reject ? decide(editor, 'reject', target) : [];
}

async function undo(editor: Editor, argument: unknown): Promise<DecisionOutcome | null> {
  const target = await resolveTarget(editor, argument, { scope: 'proposal', open: false });
  return target && undoLast(editor, target.proposalId);
}

export const proposalCommands: readonly Command[] = [
  { id: 'cas.proposal.review', needs: 'nothing', run: review },
  { id: 'cas.proposal.acceptAll', needs: 'trust', run: deciding('accept', 'proposal') },
  { id: 'cas.proposal.rejectAll', needs: 'trust', run: rejectAll },
  { id: 'cas.proposal.acceptFile', needs: 'trust', run: deciding('accept', 'file') },
  { id: 'cas.proposal.rejectFile', needs: 'trust', run: deciding('reject', 'file') },
  { id: 'cas.proposal.acceptHunk', needs: 'trust', run: deciding('accept', 'hunk') },
  { id: 'cas.proposal.rejectHunk', needs: 'trust', run: deciding('reject', 'hunk') },
  { id: 'cas.proposal.undoLast', needs: 'trust', run: undo },
];

// A file changed after the proposal: the proposal moves onto it, or the person merges both sides by hand. Never overwritten.

import * as vscode from 'vscode';
import { hasCode } from '#base/errors.ts';
import type { Editor } from '#editor/editor.ts';
import { plainMessage } from '#editor/plainMessage.ts';
import { proposalFileUri } from '#editor/review/proposalUri.ts';
import { workspaceRoot } from '#editor/workspaceRoot.ts';
import type { ProposalFileView, ProposalView } from '#protocol/proposal.ts';

const { t } = vscode.l10n;

/** Files of it that differ from what it was drafted on, with something left to decide. */
export function changedSince(proposal: ProposalView): readonly ProposalFileView[] {
  if (proposal.status !== 'open') return [];
  return proposal.files.filter(({ disk, hunks }) => disk === 'changed' && hunks.some(({ status }) => status === 'pending'));
}

/** False when the same lines were changed and the person did not open the merge editor. */
export async function rebaseProposal(editor: Editor, proposalId: string): Promise<boolean> {
  const api = await editor.core.get();
  try {
    const { rebased, proposal } = await api.call('proposals.rebase', { id: proposalId });
    await editor.review.refresh(proposal.id);
    const done = rebased.length === 0 ? t('No file had changed.') : t('The proposal stands on {0} as it is now.', rebased.join(', '));
    void vscode.window.setStatusBarMessage(done, 8000);
    return true;
  } catch (error) {
    if (!hasCode(error, 'proposal.conflict')) throw error;
    const open = t('Open Merge Editor');
    const text = t('You and the proposal changed the same lines. Nothing was written.');
    if ((await vscode.window.showWarningMessage(text, open)) !== open) return false;
    return openMergeEditor(editor, proposalId);
  }
}

/** The result is saved into the proposal; the file itself changes when it is accepted. */
export async function openMergeEditor(editor: Editor, proposalId: string): Promise<boolean> {
  const api = await editor.core.get();
  const proposal = await api.call('proposals.get', proposalId);
  const file = changedSince(proposal).find(({ kind }) => kind === 'modify' || kind === 'rename');
  const root = workspaceRoot();
  if (!file || !root) {
    void vscode.window.showInformationMessage(t('No file had changed.'));
    return false;
  }
  const uri = (side: 'base' | 'proposed' | 'merge'): vscode.Uri =>
    proposalFileUri({ id: proposal.id, path: file.path, side, kind: file.kind });
  await vscode.commands.executeCommand('_open.mergeEditor', {
    base: uri('base'),
    input1: { uri: vscode.Uri.joinPath(root, file.oldPath ?? file.path), title: t('Your file') },
    input2: { uri: uri('proposed'), title: t('Proposal'), description: proposal.agent },
    output: uri('merge'),
  });
  return true;
}

/** Says once per state of the files that they changed after the proposal, with what helps. */
export function offerRebase(editor: Editor): void {
  const told = new Map<string, string>();
  editor.own(
    editor.review.onDidChange((id) => {
      const proposal = editor.review.get(id)?.proposal;
      const changed = proposal ? changedSince(proposal).map(({ path }) => path) : [];
      const key = changed.join('\n');
      if (!proposal || changed.length === 0 || told.get(id) === key) {
        if (changed.length === 0) told.delete(id);
        return;
      }
      told.set(id, key);
      const rebase = t('Rebase Proposal');
      const text = t('{0} changed after this proposal.', changed.join(', '));
      void vscode.window.showWarningMessage(plainMessage(text), rebase).then((picked) => {
        if (picked === rebase) void vscode.commands.executeCommand('cas.proposal.rebase', { proposalId: id });
      });
    }),
  );
}

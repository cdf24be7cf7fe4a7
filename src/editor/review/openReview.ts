// Opens a proposal in VS Code's own diff: the text it was made against at the left, the proposed text at the right.

import path from 'node:path';
import * as vscode from 'vscode';
import type { Editor } from '#editor/editor.ts';
import { proposalFileUri, type ProposalSide } from '#editor/review/proposalUri.ts';
import type { ProposalFileView, ProposalView } from '#protocol/proposal.ts';

function side(proposal: ProposalView, file: ProposalFileView, which: ProposalSide): vscode.Uri | undefined {
  const missing = which === 'base' ? 'create' : 'delete';
  if (file.kind === missing) return undefined;
  return proposalFileUri({ id: proposal.id, path: file.path, side: which, kind: file.kind });
}

async function openFile(proposal: ProposalView, file: ProposalFileView): Promise<void> {
  const uri = (which: ProposalSide): vscode.Uri => proposalFileUri({ id: proposal.id, path: file.path, side: which, kind: file.kind });
  const title = `${path.posix.basename(file.path)} (${proposal.title})`;
  await vscode.commands.executeCommand('vscode.diff', uri('base'), uri('proposed'), title, { preview: true });
}

async function openAll(proposal: ProposalView): Promise<void> {
  const resources = proposal.files.map((file) => [
    proposalFileUri({ id: proposal.id, path: file.path, side: 'proposed', kind: file.kind }),
    side(proposal, file, 'base'),
    side(proposal, file, 'proposed'),
  ]);
  await vscode.commands.executeCommand('vscode.changes', proposal.title, resources);
}

/** Opens the whole proposal, or one file of it. Throws `proposal.notFound`. */
export async function openReview(editor: Editor, proposalId: string, file?: string): Promise<ProposalView> {
  const { proposal } = await editor.review.begin(proposalId);
  const [only] = proposal.files.length === 1 ? proposal.files : proposal.files.filter((candidate) => candidate.path === file);
  await (only ? openFile(proposal, only) : openAll(proposal));
  return proposal;
}

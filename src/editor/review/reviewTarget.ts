// Which proposal, file or hunk a command is about: a thread, a node, a plain object, the cursor in a diff, or a pick.

import * as vscode from 'vscode';
import { agentName } from '#editor/agentName.ts';
import type { Editor } from '#editor/editor.ts';
import { hunkLines } from '#editor/review/hunkThreads.ts';
import { parseProposalUri, type ProposalFileRef } from '#editor/review/proposalUri.ts';
import { LiveNode } from '#editor/views/liveTree.ts';
import { describeProposal, isOpenProposal } from '#editor/views/proposalNodes.ts';
import type { HunkView, ProposalTarget, ProposalView } from '#protocol/proposal.ts';

const { t } = vscode.l10n;

export type Scope = 'proposal' | 'file' | 'hunk';

function fromNode(node: LiveNode): ProposalTarget | null {
  const { target } = node.spec;
  if (target?.kind === 'proposal') return { proposalId: target.id };
  if (target?.kind === 'proposalFile') return { proposalId: target.id, path: target.path };
  return null;
}

/** What the command was called with; null when it was called bare. */
function fromArgument(editor: Editor, argument: unknown): ProposalTarget | null {
  if (typeof argument !== 'object' || argument === null) return null;
  if (argument instanceof LiveNode) return fromNode(argument);
  if (argument instanceof vscode.Uri) return fromDocument(argument);
  const plain = argument as Partial<ProposalTarget>;
  if (typeof plain.proposalId === 'string') return plain as ProposalTarget;
  // A thread's title passes the thread, a comment's own menu a comment.
  return editor.review.refOfThread(argument as vscode.CommentThread);
}

function fromDocument(uri: vscode.Uri): ProposalTarget | null {
  const ref = parseProposalUri(uri);
  return ref && { proposalId: ref.id, path: ref.path };
}

function hunkAt(proposal: ProposalView, ref: ProposalFileRef, line: number): HunkView | null {
  const hunks = proposal.files.find(({ path }) => path === ref.path)?.hunks ?? [];
  return (
    hunks.find((hunk) => {
      const [first, last] = hunkLines(hunk, ref.side === 'base' ? 'base' : 'proposed');
      return line >= first && line <= last;
    }) ?? null
  );
}

interface AtCursor {
  readonly target: ProposalTarget;
  /** The hunk the cursor stands in. */
  readonly hunk: HunkView | null;
}

/** The cursor's proposal, file and, where it stands in one, hunk. */
async function fromCursor(editor: Editor): Promise<AtCursor | null> {
  const active = vscode.window.activeTextEditor;
  const ref = active && parseProposalUri(active.document.uri);
  if (!ref) return null;
  const api = await editor.core.get();
  const proposal = await api.call('proposals.get', ref.id);
  const hunk = hunkAt(proposal, ref, active.selection.active.line);
  return { target: { proposalId: ref.id, path: ref.path, ...(hunk && { hunk: hunk.id }) }, hunk };
}

async function pickProposal(editor: Editor, open: boolean): Promise<ProposalTarget | null> {
  const api = await editor.core.get();
  const all = await api.call('proposals.list');
  const items = all
    .filter((proposal) => !open || isOpenProposal(proposal))
    .map((proposal) => ({
      label: proposal.title,
      description: describeProposal(proposal, agentName(editor, proposal.agent)),
      id: proposal.id,
    }));
  if (items.length === 0) {
    void vscode.window.showInformationMessage(open ? t('No proposal is open.') : t('There are no proposals yet.'));
    return null;
  }
  const picked = items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { placeHolder: t('Choose a proposal') });
  return picked ? { proposalId: picked.id } : null;
}

interface PartItem extends vscode.QuickPickItem {
  readonly target: ProposalTarget;
}

function fileItems(proposal: ProposalView): readonly PartItem[] {
  const open = proposal.files.filter(({ hunks }) => hunks.some(({ status }) => status === 'pending'));
  return open.map(({ path }) => ({ label: path, target: { proposalId: proposal.id, path } }));
}

function hunkItems(proposal: ProposalView, path: string | undefined): readonly PartItem[] {
  const files = proposal.files.filter((file) => path === undefined || file.path === path);
  return files.flatMap((file) =>
    file.hunks
      .filter(({ status }) => status === 'pending')
      .map((hunk) => ({
        label: `${file.path}:${hunk.newStart}`,
        description: t('Hunk {0} of {1}', hunk.id, file.hunks.length),
        detail: hunk.reason,
        target: { proposalId: proposal.id, path: file.path, hunk: hunk.id },
      })),
  );
}

/** Lets the person choose the part; never chooses for them, not even when only one is left. */
async function narrow(editor: Editor, target: ProposalTarget, scope: 'file' | 'hunk'): Promise<ProposalTarget | null> {
  const api = await editor.core.get();
  const proposal = await api.call('proposals.get', target.proposalId);
  const items = scope === 'file' ? fileItems(proposal) : hunkItems(proposal, target.path);
  if (items.length === 0) {
    void vscode.window.showInformationMessage(t('Everything here is decided.'));
    return null;
  }
  const placeHolder = scope === 'file' ? t('Choose a file') : t('Choose a hunk');
  const picked = await vscode.window.showQuickPick(items, { placeHolder });
  return picked?.target ?? null;
}

async function resolveHunk(editor: Editor, given: ProposalTarget | null): Promise<ProposalTarget | null> {
  if (given?.hunk !== undefined) return given;
  const cursor = await fromCursor(editor);
  if (cursor?.hunk && cursor.hunk.status !== 'pending') {
    const decided = cursor.hunk.status === 'accepted' ? t('This hunk is accepted already.') : t('This hunk is rejected already.');
    void vscode.window.showInformationMessage(decided);
    return null;
  }
  if (cursor?.hunk) return cursor.target;
  const base = given ?? cursor?.target ?? (await pickProposal(editor, true));
  return base && narrow(editor, base, 'hunk');
}

/** Null when the person chose nothing. `open`: only proposals that can still be decided are offered. */
export async function resolveTarget(
  editor: Editor,
  argument: unknown,
  options: { readonly scope: Scope; readonly open: boolean },
): Promise<ProposalTarget | null> {
  const given = fromArgument(editor, argument);
  if (options.scope === 'hunk') return resolveHunk(editor, given);
  const target = given ?? (await fromCursor(editor))?.target ?? (await pickProposal(editor, options.open));
  if (!target) return null;
  if (options.scope === 'proposal') return { proposalId: target.proposalId };
  return target.path === undefined ? narrow(editor, target, 'file') : { proposalId: target.proposalId, path: target.path };
}

// The Proposals view: what wants to change the code. Files carry the letters and colours of source control.

import path from 'node:path';
import * as vscode from 'vscode';
import { dotted, lineDelta, plural } from '#base/figures.ts';
import { proposalFileUri } from '#editor/review/proposalUri.ts';
import { fileCount } from '#editor/views/format.ts';
import type { NodeSpec } from '#editor/views/liveTree.ts';
import { escapeMarkdown } from '#editor/views/markdownText.ts';
import type { HunkStatus, ProposalFileView, ProposalStatus, ProposalSummary, ProposalView } from '#protocol/proposal.ts';

const { t } = vscode.l10n;

/** Decided proposals that stay in reach for Undo. */
const DECIDED_SHOWN = 20;
/** Up to so many open proposals show their files from the start. */
const UNFOLDED = 4;

export interface ProposalTreeOptions {
  readonly agentName: (id: string) => string;
  /** Another number: what stands under a proposal is read again. */
  readonly generation: number;
  readonly proposal: (id: string) => Promise<ProposalView>;
  /** False for a file the person took out of Accept. */
  readonly isChecked: (id: string, file: string) => boolean;
}

/** Some of it can still be accepted or rejected. */
export function isOpenProposal({ status, hunksPending }: ProposalSummary): boolean {
  return status === 'open' || (status === 'partial' && hunksPending > 0);
}

const statusWords: { readonly [S in ProposalStatus]: string } = {
  open: '',
  accepted: t('accepted'),
  rejected: t('rejected'),
  partial: t('partly accepted'),
  superseded: t('replaced'),
};

/** `agent`: its name. */
export function describeProposal(proposal: ProposalSummary, agent: string): string {
  const decided = proposal.hunks - proposal.hunksPending;
  const progress = isOpenProposal(proposal) && decided > 0 && t('{0} of {1} hunks decided', decided, proposal.hunks);
  const asked = proposal.asked && isOpenProposal(proposal) && t('changes asked for');
  return dotted(agent, fileCount(proposal.files), asked || progress || statusWords[proposal.status]);
}

function sizeOf({ added, removed, hunks }: ProposalSummary): string {
  return dotted(lineDelta(added, removed), plural(hunks, t('1 hunk'), t('{0} hunks', hunks)));
}

/** One line, without files under it. */
export function proposalNode(proposal: ProposalSummary, agent: string): NodeSpec {
  return {
    id: proposal.id,
    label: proposal.title,
    description: describeProposal(proposal, agent),
    tooltip: new vscode.MarkdownString(`${escapeMarkdown(proposal.summary || proposal.title)}\n\n${escapeMarkdown(sizeOf(proposal))}`),
    icon: new vscode.ThemeIcon('git-pull-request'),
    context: isOpenProposal(proposal) ? 'proposal' : `proposal:${proposal.status}`,
    target: { kind: 'proposal', id: proposal.id },
    command: { command: 'cas.proposal.review', title: t('Review Proposal'), arguments: [{ proposalId: proposal.id }] },
  };
}

/** The state all hunks of a file share; null when some differ. */
function sharedStatus(file: ProposalFileView): HunkStatus | null {
  const [first, ...rest] = file.hunks;
  return first && rest.every(({ status }) => status === first.status) ? first.status : null;
}

function fileState(file: ProposalFileView): string | null {
  const status = sharedStatus(file);
  if (status === 'accepted') return t('accepted');
  if (status === 'rejected') return t('rejected');
  if (status === null && file.hunks.length > 0) return t('partly decided');
  if (file.amendment && file.disk === 'same') return t('edited by you');
  return { same: null, changed: t('changed since'), missing: t('missing') }[file.disk];
}

function fileNode(proposal: ProposalView, file: ProposalFileView, options: ProposalTreeOptions): NodeSpec {
  const folder = path.posix.dirname(file.path);
  const state = file.kind === 'create' && file.disk === 'missing' ? null : fileState(file);
  const open = proposal.status !== 'superseded' && file.hunks.some(({ status }) => status === 'pending');
  return {
    id: `${proposal.id}/${file.path}`,
    label: path.posix.basename(file.path),
    description: dotted(folder !== '.' && folder, lineDelta(file.added, file.removed), state),
    tooltip: file.oldPath ? t('{0}, renamed from {1}', file.path, file.oldPath) : file.path,
    icon: vscode.ThemeIcon.File,
    resource: proposalFileUri({ id: proposal.id, path: file.path, side: 'proposed', kind: file.kind }),
    context: open ? 'proposalFile' : 'proposalFile:decided',
    target: { kind: 'proposalFile', id: proposal.id, path: file.path },
    command: { command: 'cas.proposal.review', title: t('Review Proposal'), arguments: [{ proposalId: proposal.id, path: file.path }] },
    ...(open && { checked: options.isChecked(proposal.id, file.path) }),
  };
}

function withFiles(summary: ProposalSummary, options: ProposalTreeOptions, open: 'expanded' | 'collapsed'): NodeSpec {
  return {
    ...proposalNode(summary, options.agentName(summary.agent)),
    open,
    children: async () => {
      const proposal = await options.proposal(summary.id);
      return proposal.files.map((file) => fileNode(proposal, file, options));
    },
    revision: `${summary.status}/${summary.hunksPending}/${options.generation}`,
  };
}

export function proposalNodes(proposals: readonly ProposalSummary[], options: ProposalTreeOptions): readonly NodeSpec[] {
  const newestFirst = [...proposals].sort((a, b) => b.createdAt - a.createdAt);
  const open = newestFirst.filter(isOpenProposal);
  const decided = newestFirst.filter((proposal) => !isOpenProposal(proposal) && proposal.status !== 'superseded').slice(0, DECIDED_SHOWN);
  const unfold = open.length <= UNFOLDED ? 'expanded' : 'collapsed';
  const nodes = open.map((proposal) => withFiles(proposal, options, unfold));
  if (decided.length === 0) return nodes;
  const done = decided.map((proposal) => withFiles(proposal, options, 'collapsed'));
  return [...nodes, { id: 'decided', label: t('Decided'), context: 'proposalGroup', open: 'collapsed', children: done }];
}

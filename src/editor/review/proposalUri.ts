// Addresses of proposal texts: `cas-proposal://<proposal id>/<path>?side=…`. The path keeps the file's name, so language and icon fit.

import * as vscode from 'vscode';
import type { FileChangeKind } from '#protocol/proposal.ts';

export const PROPOSAL_SCHEME = 'cas-proposal';

/** `merge`: what a person makes of the file as it is now and the proposal. */
export type ProposalSide = 'base' | 'proposed' | 'merge';

export interface ProposalFileRef {
  readonly id: string;
  /** Workspace-relative, forward slashes; the new path of a renamed file. */
  readonly path: string;
  readonly side: ProposalSide;
  readonly kind: FileChangeKind;
}

export function proposalFileUri({ id, path, side, kind }: ProposalFileRef): vscode.Uri {
  return vscode.Uri.from({
    scheme: PROPOSAL_SCHEME,
    authority: id,
    path: `/${path}`,
    query: new URLSearchParams({ side, kind }).toString(),
  });
}

const sides: readonly ProposalSide[] = ['base', 'proposed', 'merge'];

/** Null for an address that is none of ours. */
export function parseProposalUri(uri: vscode.Uri): ProposalFileRef | null {
  if (uri.scheme !== PROPOSAL_SCHEME) return null;
  const query = new URLSearchParams(uri.query);
  const side = sides.find((one) => one === query.get('side')) ?? 'proposed';
  return { id: uri.authority, path: uri.path.slice(1), side, kind: (query.get('kind') ?? 'modify') as FileChangeKind };
}

// Proposal texts as files of the scheme `cas-proposal`. The right side can be edited: what is saved becomes a person's amendment
// of the proposal. Nothing here writes to the folder.

import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { toErrorView } from '#base/errors.ts';
import type { Editor } from '#editor/editor.ts';
import { parseProposalUri, type ProposalFileRef } from '#editor/review/proposalUri.ts';
import type { CoreApi } from '#protocol/api.ts';
import type { ProposalView } from '#protocol/proposal.ts';

const { t } = vscode.l10n;

interface Known {
  readonly hash: string;
  readonly modifiedAt: number;
}

export class ProposalFiles implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #editor: Editor;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;
  /** By address: a text that differs from the one before is newer, whatever the clocks say. */
  readonly #known = new Map<string, Known>();

  constructor(editor: Editor) {
    this.#editor = editor;
  }

  /** Reads again what is on the screen of this proposal, and tells where it differs. */
  async refresh(id: string): Promise<void> {
    for (const { uri } of vscode.workspace.textDocuments) {
      if (parseProposalUri(uri)?.id !== id) continue;
      const before = this.#known.get(uri.toString())?.modifiedAt;
      const { mtime } = await this.stat(uri);
      if (before !== undefined && mtime !== before) this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    }
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {}); // refresh() tells of every change
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const ref = refOf(uri);
    const api = await this.#editor.core.get();
    const bytes = await textOf(api, ref);
    const hash = createHash('sha256').update(bytes).digest('hex');
    const known = this.#known.get(uri.toString());
    const modifiedAt = known?.hash === hash ? known.modifiedAt : Math.max(Date.now(), (known?.modifiedAt ?? 0) + 1);
    this.#known.set(uri.toString(), { hash, modifiedAt });
    const readonly = !isEditable(ref, await api.call('proposals.get', ref.id));
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime: modifiedAt,
      size: bytes.length,
      ...(readonly && { permissions: vscode.FilePermission.Readonly }),
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return textOf(await this.#editor.core.get(), refOf(uri));
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const ref = refOf(uri);
    try {
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
      const api = await this.#editor.core.get();
      const { id, path } = ref;
      await (ref.side === 'merge' ? api.call('proposals.rebase', { id, path, text }) : api.call('proposals.amend', { id, path, text }));
      await this.#editor.review.refresh(id);
    } catch (error) {
      throw vscode.FileSystemError.Unavailable(toErrorView(error).message);
    }
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(): never {
    throw onlyTexts();
  }

  delete(): never {
    throw onlyTexts();
  }

  rename(): never {
    throw onlyTexts();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function refOf(uri: vscode.Uri): ProposalFileRef {
  const ref = parseProposalUri(uri);
  if (!ref) throw vscode.FileSystemError.FileNotFound(uri);
  return ref;
}

/** A missing side, such as the base of a new file, is an empty document. */
async function textOf(api: CoreApi, { id, path, side }: ProposalFileRef): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  if (side !== 'merge') return encoder.encode((await api.call('proposals.text', { id, path, side })) ?? '');
  // Conflict marks make the merge editor start from what it merges itself.
  const proposed = (await api.call('proposals.text', { id, path, side: 'proposed' })) ?? '';
  return encoder.encode(`<<<<<<< ${t('Your file')}\n=======\n${proposed}>>>>>>> ${t('Proposal')}\n`);
}

function isEditable(ref: ProposalFileRef, proposal: ProposalView): boolean {
  if (ref.side === 'base' || ref.kind === 'delete' || !vscode.workspace.isTrusted || proposal.status !== 'open') return false;
  return proposal.files.some(({ path, hunks }) => path === ref.path && hunks.some(({ status }) => status === 'pending'));
}

function onlyTexts(): vscode.FileSystemError {
  return vscode.FileSystemError.NoPermissions(t('A proposal holds texts to read and edit; files come and go by Accept and Reject.'));
}

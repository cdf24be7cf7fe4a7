// What is under review in this window: which proposals are open in a diff, and which files the person took out of Accept.

import * as vscode from 'vscode';
import type { CoreAccess } from '#editor/coreAccess.ts';
import type { HunkRef } from '#editor/review/hunkThreads.ts';
import { parseProposalUri } from '#editor/review/proposalUri.ts';
import type { ProposalView } from '#protocol/proposal.ts';

export class ReviewSession implements vscode.Disposable {
  readonly #core: CoreAccess;
  readonly #open = new Map<string, ProposalView>();
  readonly #leftOut = new Set<string>();
  readonly #changed = new vscode.EventEmitter<string>();
  readonly #closing: vscode.Disposable;
  /** The id of a proposal that was opened, decided on or closed. */
  readonly onDidChange = this.#changed.event;

  /** Which hunk a comment thread is about; set by who draws the threads. */
  refOfThread: (thread: vscode.CommentThread) => HunkRef | null = () => null;

  constructor(core: CoreAccess) {
    this.#core = core;
    this.#closing = vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      const id = parseProposalUri(uri)?.id;
      if (id && !vscode.workspace.textDocuments.some((document) => parseProposalUri(document.uri)?.id === id)) this.#close(id);
    });
  }

  get isOpen(): boolean {
    return this.#open.size > 0;
  }

  /** The proposal as last read, while it is under review. */
  get(id: string): ProposalView | undefined {
    return this.#open.get(id);
  }

  opened(proposal: ProposalView): void {
    this.#open.set(proposal.id, proposal);
    this.#changed.fire(proposal.id);
  }

  /** Takes in a decision, if the proposal is under review. */
  decided(proposal: ProposalView): void {
    if (this.#open.has(proposal.id)) this.opened(proposal);
  }

  /** Reads the proposal again, if it is under review: another window may have decided. */
  async refresh(id: string): Promise<void> {
    if (!this.#open.has(id)) return;
    const api = await this.#core.get();
    this.decided(await api.call('proposals.get', id));
  }

  get openIds(): readonly string[] {
    return [...this.#open.keys()];
  }

  isLeftOut(id: string, path: string): boolean {
    return this.#leftOut.has(`${id}/${path}`);
  }

  leaveOut(id: string, path: string, out: boolean): void {
    if (out) this.#leftOut.add(`${id}/${path}`);
    else this.#leftOut.delete(`${id}/${path}`);
  }

  dispose(): void {
    this.#closing.dispose();
    this.#changed.dispose();
  }

  #close(id: string): void {
    if (this.#open.delete(id)) this.#changed.fire(id);
  }
}

// What is under review in this window: which proposals are open in a diff, what the person left out or wrote down about them.

import * as vscode from 'vscode';
import type { CoreAccess } from '#editor/coreAccess.ts';
import type { HunkRef } from '#editor/review/hunkThreads.ts';
import { parseProposalUri } from '#editor/review/proposalUri.ts';
import type { ReviewSheet } from '#protocol/review.ts';

/** A proposal without a document for so long is no longer under review. In ms. */
const CLOSING_MS = 1_000;

export class ReviewSession implements vscode.Disposable {
  readonly #core: CoreAccess;
  /** In the order in which they were opened. */
  readonly #open = new Map<string, ReviewSheet>();
  readonly #leftOut = new Set<string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #notes = new Map<string, string[]>();
  readonly #changed = new vscode.EventEmitter<string>();
  readonly #closing: vscode.Disposable;
  /** The id of a proposal that was opened, decided on or closed. */
  readonly onDidChange = this.#changed.event;

  /** Which hunk a comment thread is about; set by who draws the threads. */
  refOfThread: (thread: vscode.CommentThread) => HunkRef | null = () => null;

  /** Shows a note in a thread; set by who draws the threads. */
  addNoteTo: (thread: vscode.CommentThread, text: string) => void = () => {};

  constructor(core: CoreAccess) {
    this.#core = core;
    this.#closing = vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      const id = parseProposalUri(uri)?.id;
      if (!id) return;
      // Documents close late: the proposal may have been opened again, and its new ones are not there yet.
      clearTimeout(this.#timers.get(id));
      this.#timers.set(
        id,
        setTimeout(() => this.#closeUnlessShown(id), CLOSING_MS),
      );
    });
  }

  get isOpen(): boolean {
    return this.#open.size > 0;
  }

  /** The one that was opened last; null when none is. */
  get current(): ReviewSheet | null {
    return [...this.#open.values()].at(-1) ?? null;
  }

  get openIds(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** The proposal as last read, while it is under review. */
  get(id: string): ReviewSheet | undefined {
    return this.#open.get(id);
  }

  /** Takes it under review, or to the front. Throws `proposal.notFound`. */
  async begin(id: string): Promise<ReviewSheet> {
    const sheet = await (await this.#core.get()).call('proposals.sheet', id);
    this.#open.delete(sheet.proposal.id);
    this.#open.set(sheet.proposal.id, sheet);
    this.#changed.fire(sheet.proposal.id);
    return sheet;
  }

  /** Reads the proposal again, if it is under review: somebody may have decided, or a file may have changed. */
  async refresh(id: string): Promise<void> {
    if (!this.#open.has(id)) return;
    const sheet = await (await this.#core.get()).call('proposals.sheet', id);
    if (!this.#open.has(id)) return;
    this.#open.set(id, sheet);
    this.#changed.fire(id);
  }

  isLeftOut(id: string, path: string): boolean {
    return this.#leftOut.has(`${id}/${path}`);
  }

  leaveOut(id: string, path: string, out: boolean): void {
    if (out) this.#leftOut.add(`${id}/${path}`);
    else this.#leftOut.delete(`${id}/${path}`);
    this.#changed.fire(id);
  }

  /** What the person wrote under hunks and did not send yet. */
  notesOn(id: string): readonly string[] {
    return this.#notes.get(id) ?? [];
  }

  note(id: string, text: string): void {
    this.#notes.set(id, [...this.notesOn(id), text]);
  }

  forgetNotes(id: string): void {
    this.#notes.delete(id);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#closing.dispose();
    this.#changed.dispose();
  }

  #closeUnlessShown(id: string): void {
    this.#timers.delete(id);
    if (vscode.workspace.textDocuments.some(({ uri }) => parseProposalUri(uri)?.id === id)) return;
    if (this.#open.delete(id)) this.#changed.fire(id);
  }
}

// The core, opened when it is first needed and never before. All features share one opening.

import * as vscode from 'vscode';
import { abortError } from '#base/abort.ts';
import { type ErrorView, fromErrorView, toErrorView } from '#base/errors.ts';
import type { CoreApi } from '#protocol/api.ts';

export type CoreState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'opening' }
  | { readonly kind: 'ready'; readonly api: CoreApi }
  | { readonly kind: 'failed'; readonly error: ErrorView };

export class CoreAccess implements vscode.Disposable {
  readonly #open: () => Promise<CoreApi>;
  readonly #changed = new vscode.EventEmitter<CoreState>();
  readonly onDidChangeState = this.#changed.event;
  #state: CoreState = { kind: 'idle' };
  #opening: Promise<CoreApi> | null = null;
  #closed = false;

  constructor(open: () => Promise<CoreApi>) {
    this.#open = open;
  }

  get state(): CoreState {
    return this.#state;
  }

  /** Opens the workspace on the first call. After a failure every call gives the same error until `retry`. Aborts after `close`. */
  get(): Promise<CoreApi> {
    if (this.#closed) return Promise.reject(abortError());
    if (this.#state.kind === 'failed') return Promise.reject(fromErrorView(this.#state.error));
    this.#opening ??= this.#start();
    return this.#opening;
  }

  /** Forgets a failed opening and tries again. */
  async retry(): Promise<CoreApi> {
    if (this.#state.kind === 'failed') {
      this.#opening = null;
      this.#set({ kind: 'idle' });
    }
    return this.get();
  }

  /** Closes an open core and opens it anew, because what it was opened with has changed. Does nothing before the first opening. */
  async restart(): Promise<void> {
    const before = this.#opening;
    if (!before || this.#closed) return;
    this.#opening = this.#reopen(before);
    await this.#opening;
  }

  /** Waits for the core to put down its work; afterwards nothing can be opened. */
  async close(): Promise<void> {
    this.#closed = true;
    const opening = this.#opening;
    this.#opening = null;
    const api = await opening?.catch(() => null); // it never opened: nothing to close, and the failure was reported
    this.#set({ kind: 'idle' });
    await api?.close();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #reopen(before: Promise<CoreApi>): Promise<CoreApi> {
    const api = await before.catch(() => null); // it never opened: the new attempt speaks for itself
    await api?.close();
    return this.#start();
  }

  async #start(): Promise<CoreApi> {
    this.#set({ kind: 'opening' });
    try {
      const api = await this.#open();
      if (!this.#closed) this.#set({ kind: 'ready', api });
      return api;
    } catch (error) {
      this.#set({ kind: 'failed', error: toErrorView(error) });
      throw error;
    }
  }

  #set(state: CoreState): void {
    this.#state = state;
    this.#changed.fire(state);
  }
}

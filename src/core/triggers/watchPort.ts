// What a host tells about its files and its repository while triggers are at work.

import type { Disposable } from '#base/disposable.ts';

export interface WatchListener {
  /** Files that were written or removed; relative to the root, with `/`. What git ignores is left out. */
  saved(paths: readonly string[]): void;
  committed(change: { readonly branch: string | null; readonly commit: string; readonly before: string | null }): void;
  switched(change: { readonly branch: string | null; readonly before: string | null }): void;
}

/** Begins soon after it returns; nothing is told after disposal. A folder that cannot be watched is logged and left out. */
export type Watch = (listener: WatchListener) => Disposable;

// What the host tells of the proposal in front, and what can be asked of it.

import { useSyncExternalStore } from 'react';
import type { ReviewAction, ReviewArgument, ReviewState } from '#protocol/pages/review.ts';
import { connection } from '#ui/rpc/core.ts';

const DIALOG_MS = 24 * 3_600_000;

/** Undefined until the host has told; null: nothing is under review. */
let state: ReviewState | null | undefined;
const listeners = new Set<() => void>();
let isFollowed = false;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!isFollowed) {
    isFollowed = true;
    const set = (value: ReviewState | null | undefined): void => {
      state = value;
      for (const one of listeners) one();
    };
    connection.follow('review', {
      snapshot: (value) => set(value as ReviewState | null),
      news: () => {}, // this topic has snapshots alone
      lost: () => set(undefined),
    });
  }
  return () => listeners.delete(listener);
}

export function useReview(): ReviewState | null | undefined {
  return useSyncExternalStore(subscribe, () => state);
}

/** Rejects with an AppError. A question may be open as long as the person likes. */
export function ask<A extends ReviewAction>(action: A, arg: ReviewArgument<A>): Promise<unknown> {
  return connection.request({ kind: 'act', action, arg }, { timeoutMs: DIALOG_MS });
}

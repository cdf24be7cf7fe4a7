// How this page and its host get on, in a component.

import { useSyncExternalStore } from 'react';
import { connection } from '#ui/rpc/core.ts';
import { type FeedStatus, feedWatch } from '#ui/rpc/feedStatus.ts';

export function useFeedStatus(): FeedStatus {
  return useSyncExternalStore(feedWatch.subscribe, feedWatch.get);
}

const subscribe = (listener: () => void): (() => void) => {
  const following = connection.onStanding(listener);
  return () => following.dispose();
};
const standing = (): (typeof connection)['standing'] => connection.standing;

/** Undefined unless the two ends do not understand each other. */
export function useRefusal(): string | undefined {
  const now = useSyncExternalStore(subscribe, standing);
  return now.kind === 'refused' ? now.error.message : undefined;
}

// Whether what is on the screen is live: the host answers and the workspace is open.

import { useSyncExternalStore } from 'react';
import { connection } from '#ui/rpc/core.ts';
import { useTopic } from '#ui/rpc/topics.ts';

export interface FeedStatus {
  readonly status: 'streaming' | 'reconnecting';
  /** Epoch ms when the host was last heard. */
  readonly at: number;
}

const subscribe = (listener: () => void): (() => void) => {
  const following = connection.onStanding(listener);
  return () => following.dispose();
};
const standing = (): (typeof connection)['standing'] => connection.standing;

export function useFeedStatus(): FeedStatus {
  const { kind } = useSyncExternalStore(subscribe, standing);
  const core = useTopic('core');
  const isLive = kind === 'live' && core?.kind === 'ready';
  return { status: isLive ? 'streaming' : 'reconnecting', at: connection.heardAt };
}

/** Undefined unless the two ends do not understand each other. */
export function useRefusal(): string | undefined {
  const now = useSyncExternalStore(subscribe, standing);
  return now.kind === 'refused' ? now.error.message : undefined;
}

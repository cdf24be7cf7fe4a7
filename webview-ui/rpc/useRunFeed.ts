// A live run in a component.

import { useSyncExternalStore } from 'react';
import { call, connection } from '#ui/rpc/core.ts';
import { RunFeed, type RunFeedState } from '#ui/rpc/runFeed.ts';
import type { FeedStatus } from '#ui/rpc/feedStatus.ts';
import { useFeedStatus } from '#ui/rpc/useFeedStatus.ts';

/** Runs that were looked at, so that coming back to one shows it at once. */
const KEPT = 4;
const feeds = new Map<string, RunFeed>();

function feedOf(id: string): RunFeed {
  const known = feeds.get(id);
  if (known !== undefined) return known;
  const feed = new RunFeed(id, {
    follow: (topic, follower) => connection.follow(topic, follower),
    readEvents: (request) => call('runs.events', request),
  });
  feeds.set(id, feed);
  for (const [old, one] of feeds) {
    if (feeds.size <= KEPT) break;
    if (!one.isWatched && old !== id) feeds.delete(old);
  }
  return feed;
}

/** With whether it is live, and until when it was. */
export type RunFeedResult = RunFeedState & FeedStatus;

/** Follows a run (by its full id) while the component is shown. */
export function useRunFeed(runId: string): RunFeedResult {
  const feed = feedOf(runId);
  const state = useSyncExternalStore(feed.subscribe, feed.get);
  return { ...state, ...useFeedStatus() };
}

// A run that is followed, folded into its model as its events come.

import { useMemo, useState } from 'react';
import { RunModel, type RunPicture } from '#ui/pages/dashboard/runs/model/runModel.ts';
import type { RunEvent } from '#protocol/runEvents.ts';
import { type RunFeedResult, useRunFeed } from '#ui/rpc/useRunFeed.ts';

export interface FollowedRun {
  /** Null until the first events came. */
  readonly model: RunPicture | null;
  readonly feed: RunFeedResult;
}

/** Takes the events again and again; those it has are passed over, so it may be told twice of the same. */
class Fold {
  #model: RunModel | null = null;

  take(events: readonly RunEvent[]): RunPicture | null {
    const [created] = events;
    if (this.#model === null && created?.type === 'run.created') this.#model = new RunModel(created);
    const model = this.#model;
    if (model === null) return null;
    for (const event of events.slice(model.lastSeq)) model.apply(event);
    return model.picture();
  }
}

/** One run as long as the component lives. */
export function useRun(id: string): FollowedRun {
  const feed = useRunFeed(id);
  const [fold] = useState(() => new Fold());
  const { events } = feed;
  const model = useMemo(() => fold.take(events), [fold, events]);
  return { model, feed };
}

// Which events of a history still count after runs went back. Shared by the engine and the pages, so without zod.

/** What is needed of an event to tell. `toSeq` is the one that `run.rewound` goes back to. */
export interface Rewindable {
  readonly type: string;
  readonly seq: number;
  readonly toSeq?: number;
}

/**
 * The events that count, in order, `run.rewound` among them: each takes back all between the event it goes back to and itself.
 * `events` starts at the event after `afterSeq`. `broken` is told of one that goes back further than that, and must throw.
 */
export function countingEvents<E extends Rewindable>(events: readonly E[], afterSeq: number, broken: (event: E) => never): readonly E[] {
  if (!events.some((event) => event.type === 'run.rewound')) return events;
  const counting: E[] = [];
  for (let index = events.length - 1; index >= 0;) {
    const event = events[index];
    if (event === undefined) break;
    counting.push(event);
    if (event.toSeq === undefined) {
      index -= 1;
      continue;
    }
    if (event.toSeq <= afterSeq || event.toSeq >= event.seq) return broken(event);
    index = event.toSeq - afterSeq - 1;
  }
  return counting.reverse();
}

// The checkpoints of a run: where it can be taken back to, or forked from.

import type { RunEvent } from '#protocol/runEvents.ts';

export interface Checkpoint {
  readonly version: number;
  readonly seq: number;
  readonly at: number;
  /** Null for the start. */
  readonly path: string | null;
  readonly outcome: 'start' | 'done' | 'failed' | 'skipped' | 'overridden';
  /** What was recorded: a summary, a reason, an error. */
  readonly detail: string;
  /** The run went back to before it since. */
  readonly setAside: boolean;
}

/** The checkpoint that an event makes; null for most. Version 0 is the run right after its start. */
export function checkpointOf(event: RunEvent): Checkpoint | null {
  const { seq, at } = event;
  switch (event.type) {
    case 'run.started':
      return { version: 0, seq, at, path: null, outcome: 'start', detail: '', setAside: false };
    case 'step.succeeded':
      return { version: event.version, seq, at, path: event.path, outcome: 'done', detail: event.summary, setAside: false };
    case 'step.skipped':
      return { version: event.version, seq, at, path: event.path, outcome: 'skipped', detail: event.reason, setAside: false };
    case 'step.overridden':
      return { version: event.version, seq, at, path: event.path, outcome: 'overridden', detail: event.reason, setAside: false };
    case 'step.failed': {
      const { version, path, error } = event;
      return version === null ? null : { version, seq, at, path, outcome: 'failed', detail: error.message, setAside: false };
    }
    default:
      return null;
  }
}

/** Steps that are open again when the run goes back to `version`: those with a result recorded since, in the order they ended in. */
export function setAsideBy(checkpoints: readonly Checkpoint[], version: number): readonly string[] {
  const paths = checkpoints.flatMap(({ version: at, path, setAside }) => (at > version && !setAside && path !== null ? [path] : []));
  return [...new Set(paths)];
}

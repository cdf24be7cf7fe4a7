// What two runtimes must record alike: the events of each path, without what depends on the order between paths.

import type { RunEvent } from '#protocol/runEvents.ts';

/** Events by path (`''`: the run's own), without numbers, times and ids; times of retries as delays. */
export function normalise(events: readonly RunEvent[]): { readonly [path: string]: readonly object[] } {
  const byPath: { [path: string]: object[] } = {};
  const names = new Map<string, string>();
  for (const event of events) {
    const path = 'path' in event ? event.path : '';
    (byPath[path] ??= []).push(plain(event, names));
  }
  return byPath;
}

function plain(event: RunEvent, names: Map<string, string>): object {
  const { seq: _seq, at, runId: _runId, ...fields } = event;
  const shown: { [name: string]: unknown } = { ...fields };
  delete shown['durationMs'];
  if (typeof shown['version'] === 'number') shown['version'] = 'next';
  if (typeof shown['retryAt'] === 'number') shown['retryAt'] = shown['retryAt'] - at;
  switch (event.type) {
    case 'run.created':
      delete shown['runtime'];
      break;
    case 'run.recovered':
      shown['interrupted'] = event.interrupted.toSorted((a, b) => a.localeCompare(b));
      break;
    case 'decision.requested':
      names.set(event.id, `${event.path}: ${event.title}`);
      shown['id'] = names.get(event.id);
      break;
    case 'decision.made':
      shown['id'] = names.get(event.id);
      break;
    default:
  }
  return shown;
}

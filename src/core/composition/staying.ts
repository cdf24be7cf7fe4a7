// What a process that stays does with what earlier ones left: interrupted runs, the queue, old messages.

import { readRetention } from '#core/api/storeMethods.ts';
import type { Runtimes } from '#core/api/runtimes.ts';
import type { HostPorts } from '#core/ports.ts';
import { DAY_MS } from '#core/store/care/candidates.ts';
import type { Store } from '#core/store/store.ts';

/** Runs of a runtime that is not registered here wait until it is. */
export async function resumeInterrupted(store: Store, runtimes: Runtimes): Promise<readonly string[]> {
  const unfinished = await store.runs.list({ unfinished: true });
  const interrupted = unfinished.filter(
    (run) => run.status !== 'paused' && runtimes.has(run.runtime) && !runtimes.get(run.runtime).live().includes(run.id),
  );
  for (const run of interrupted) await runtimes.get(run.runtime).resume(run.id, 'engine');
  return interrupted.map((run) => run.id);
}

/** Those that are older than the workspace keeps them. */
export async function forgetMessages({ ports, store }: { readonly ports: HostPorts; readonly store: Store }): Promise<void> {
  try {
    const { messagesDays } = await readRetention(ports);
    if (messagesDays !== null) await store.bus.prune(ports.clock.now() - messagesDays * DAY_MS);
  } catch (error) {
    // A config file with a mistake removes nothing, and keeps nothing from working.
    ports.log.warn('old messages were not removed', { reason: String(error) });
  }
}

/** A run that never had a place has one event: with a place it begins in the same commit. */
export async function takeQueue(store: Store, runtimes: Runtimes): Promise<void> {
  const unfinished = await store.runs.list({ unfinished: true });
  for (const { id, runtime, lastSeq } of unfinished.toReversed()) {
    if (lastSeq === 1 && runtimes.has(runtime)) await runtimes.get(runtime).resume(id, 'engine');
  }
}

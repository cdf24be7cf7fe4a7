// What a process that stays does with what earlier ones left: interrupted runs, the queue, old messages.

import { readRetention } from '#core/api/storeMethods.ts';
import type { Runtimes } from '#core/api/runtimes.ts';
import type { HostPorts, Log } from '#core/ports.ts';
import { DAY_MS } from '#core/store/care/candidates.ts';
import type { RunRow, Store } from '#core/store/store.ts';

interface Left {
  readonly store: Store;
  readonly runtimes: Runtimes;
  readonly log: Log;
  /** False: runs stay as they are, as a store may have come with the folder. */
  readonly trusted: () => boolean;
  /** Ids of runs that came with the store: see broughtRuns(). */
  readonly brought: ReadonlySet<string>;
}

const [SCOPE, BROUGHT] = ['runs', 'brought'];

/**
 * Ids of the runs that were unfinished when this machine first opened the store of this folder. Who started them is not known:
 * the store may have come with a pull or an archive, and their workflow with it. They wait until a person resumes them.
 */
export async function broughtRuns(store: Store, permissions: Store['values']): Promise<ReadonlySet<string>> {
  const kept = await permissions.get(SCOPE, BROUGHT);
  if (Array.isArray(kept)) return new Set(kept.map(String));
  const ids = (await store.runs.list({ unfinished: true })).map(({ id }) => id);
  await permissions.set(SCOPE, BROUGHT, ids);
  return new Set(ids);
}

/** Ids of those that go on. Runs of a runtime that is not registered here wait until it is. */
export async function resumeInterrupted(left: Left): Promise<readonly string[]> {
  const { store, runtimes } = left;
  const unfinished = await store.runs.list({ unfinished: true });
  const interrupted = unfinished.filter(
    (run) => run.status !== 'paused' && runtimes.has(run.runtime) && !runtimes.get(run.runtime).live().includes(run.id),
  );
  return resumeEach(interrupted, left);
}

/** One that cannot go on, as it needs a newer CAS or its history is damaged, is told in the log and holds up no other. */
async function resumeEach(runs: readonly RunRow[], { runtimes, log, trusted, brought }: Left): Promise<readonly string[]> {
  if (!trusted()) return [];
  const resumed: string[] = [];
  for (const { id, runtime } of runs) {
    if (brought.has(id)) {
      log.warn('a run that came with this workspace waits until it is resumed by hand', { runId: id });
      continue;
    }
    try {
      await runtimes.get(runtime).resume(id, 'engine');
      resumed.push(id);
    } catch (error) {
      log.error('a run of before could not be continued', { runId: id }, error);
    }
  }
  return resumed;
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
export async function takeQueue(left: Left): Promise<void> {
  const unfinished = await left.store.runs.list({ unfinished: true });
  const queued = unfinished.filter(({ runtime, lastSeq }) => lastSeq === 1 && left.runtimes.has(runtime));
  await resumeEach(queued.toReversed(), left);
}

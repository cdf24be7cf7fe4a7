// API methods about the store's file: what it takes, backups, compaction, retention.

import path from 'node:path';
import { assertTrusted, PERSON } from '#core/api/runDeps.ts';
import type { HostPorts } from '#core/ports.ts';
import { storeInMemory } from '#core/store/care/backupErrors.ts';
import { retentionOf } from '#core/store/care/policy.ts';
import type { PruneOptions, RunFolders } from '#core/store/care/prune.ts';
import type { Store } from '#core/store/store.ts';
import type { CoreMethods } from '#protocol/api.ts';
import type { RetentionPolicy } from '#protocol/storeCare.ts';

type StoreMethods = Pick<CoreMethods, Extract<keyof CoreMethods, `store.${string}`>>;

export interface StoreMethodsDeps {
  readonly ports: Pick<HostPorts, 'clock' | 'files' | 'trusted' | 'readOwnFile'>;
  readonly store: Pick<Store, 'care' | 'audit'>;
  readonly folders: RunFolders;
  readonly isLive: PruneOptions['isLive'];
  /** What lists of runs and proposals show has changed. */
  readonly changed: () => void;
}

/** A workspace that is not trusted does not say what is removed. Throws `config.invalid`. */
export async function readRetention(ports: StoreMethodsDeps['ports']): Promise<RetentionPolicy> {
  return retentionOf(ports.trusted() ? await ports.readOwnFile(path.join(ports.files.root, '.cas', 'config.yaml')) : null);
}

export function storeMethods({ ports, store, folders, isLive, changed }: StoreMethodsDeps): StoreMethods {
  const { care } = store;
  const { clock } = ports;
  const retention = (): Promise<RetentionPolicy> => readRetention(ports);
  const timed = async <T extends object>(work: () => Promise<T>): Promise<T & { readonly durationMs: number }> => {
    const startedAt = clock.now();
    const done = await work();
    return { ...done, durationMs: clock.now() - startedAt };
  };
  return {
    'store.info': async () => ({ ...(await care.info()), runFolders: await folders.measure(), retention: await retention() }),
    'store.backup': ({ file }) => timed(() => care.backup(file)),
    /** An owner's process answers this itself, as it has to let go of the store: only a store in memory is asked here. */
    'store.restore': () => Promise.reject(storeInMemory()),
    'store.compact': () => timed(() => care.compact()),
    'store.prune': async ({ dryRun = false } = {}) => {
      if (!dryRun) assertTrusted(ports);
      const policy = await retention();
      const report = await timed(() => care.prune(policy, { now: clock.now(), dryRun, isLive, folders }));
      if (dryRun) return report;
      const { runs, rows, bytes, runFolders } = report;
      const data = { policy: { ...policy }, runs: runs.map(({ id }) => id), rows: { ...rows }, bytes, runFolders: { ...runFolders } };
      await store.audit.append({ at: clock.now(), actor: PERSON, action: 'store.prune', target: 'store', data });
      changed();
      return report;
    },
  };
}

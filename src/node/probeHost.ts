// What probes of runtimes are given: the real clock, and stores in memory or in a temporary folder.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '#base/clock.ts';
import { createIdSource } from '#base/ids.ts';
import type { Log } from '#core/ports.ts';
import type { ProbeHost } from '#core/runtimes/parity/host.ts';
import { openMemoryStore } from '#node/sqlite/openMemoryStore.ts';
import { openStore } from '#node/sqlite/openStore.ts';

export function createProbeHost(log: Log): ProbeHost {
  return {
    clock: systemClock,
    ids: createIdSource({ now: () => Date.now(), random: () => Math.random() }),
    memoryStore: openMemoryStore,
    async diskStore() {
      const folder = await mkdtemp(path.join(tmpdir(), 'cas-parity-'));
      const file = path.join(folder, 'store.db');
      return {
        open: () => openStore({ file, clock: systemClock, log }),
        dispose: () => rm(folder, { recursive: true, force: true }),
      };
    },
  };
}

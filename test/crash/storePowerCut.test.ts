// Cuts the power at random moments of a recorded session, on a disk that loses any part of what was not synced.
// Promise under test: what was acknowledged survives and the file is sound. `CAS_SEED` sets the moments.

import assert from 'node:assert/strict';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createStore } from '#core/store/createStore.ts';
import { migrate } from '#core/store/migrations/migrate.ts';
import { openMounted } from '#node/sqlite/engine.ts';
import { LocalConnection } from '#node/sqlite/localConnection.ts';
import { locateSqlite } from '#node/sqlite/locate.ts';
import { mountSqlJs } from '#node/sqlite/mount.ts';
import type { RunFact } from '#protocol/runEvents.ts';
import { randomFrom } from '#test/crash/randomFrom.ts';
import { SimulatedDisk } from '#test/crash/simulatedDisk.ts';
import { append, created } from '#test/support/memoryStore.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

const CUTS = 200;
const APPENDS = 150;
const seed = Number(process.env['CAS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

interface Session {
  readonly disk: SimulatedDisk;
  /** The disk's length when each append, in order, was acknowledged. */
  readonly acknowledgedAt: readonly number[];
}

/** Appends one after the other; large ones let the journal be folded into the file several times. */
async function record(file: string, { synced }: { readonly synced: boolean }): Promise<Session> {
  const disk = new SimulatedDisk();
  const connection = new LocalConnection(openMounted(await mountSqlJs(locateSqlite().sqlJs, disk), file));
  await connection.read({ sql: 'PRAGMA wal_autocheckpoint=60', parameters: [] });
  if (!synced) await connection.read({ sql: 'PRAGMA synchronous=NORMAL', parameters: [] });
  await migrate(connection, { now: 0 });
  const store = createStore(connection);
  const acknowledgedAt: number[] = [];
  for (let seq = 1; seq <= APPENDS; seq += 1) {
    const data = 'x'.repeat((seq * 7_919) % 9_000);
    const fact: RunFact = {
      type: 'agent.recorded',
      path: 'p',
      agent: 'a',
      kind: 'tool',
      title: '',
      data,
      startedAt: 0,
      durationMs: 0,
      ok: true,
    };
    await store.runs.append(append('run_a', seq, [seq === 1 ? created : fact]));
    assert.ok(disk.isSynced || !synced, `append ${seq} was acknowledged before its sync`);
    acknowledgedAt.push(disk.length);
  }
  await store.close();
  return { disk, acknowledgedAt };
}

/** How many appends the file holds; throws when it is not sound or holds one by half. */
function look(file: string): number {
  const native = new DatabaseSync(file);
  try {
    assert.deepEqual({ ...native.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
    const found = native.prepare('SELECT count(*) AS n, max(seq) AS newest, (SELECT last_seq FROM runs) AS last FROM events').get();
    const n = Number(found?.['n']);
    if (n > 0) assert.deepEqual({ ...found }, { n, newest: n, last: n });
    return n;
  } finally {
    native.close();
  }
}

describe('a store whose power is cut', () => {
  const folder = temporaryFolders();

  /** Cuts at random moments after the first append; returns at how many of them something acknowledged was missing. */
  async function losses({ honestSync, synced }: { readonly honestSync: boolean; readonly synced: boolean }): Promise<number> {
    const root = folder();
    const { disk, acknowledgedAt } = await record(path.join(root, 'store.db'), { synced });
    const random = randomFrom(seed);
    const first = acknowledgedAt[0] ?? 0;
    const last = acknowledgedAt.at(-1) ?? 0;
    let lost = 0;
    for (let cut = 0; cut < CUTS; cut += 1) {
      const at = first + Math.floor(random() * (last + 1 - first));
      const after = path.join(root, 'after');
      disk.cut(after, { at, keep: () => random() < 0.5, honestSync });
      const acknowledged = acknowledgedAt.filter((length) => length <= at).length;
      try {
        const stored = look(path.join(after, 'store.db'));
        assert.ok(stored >= acknowledged, `${stored} of ${acknowledged} acknowledged appends, cut at ${at} (seed ${seed})`);
      } catch (error) {
        if (honestSync && synced) throw error;
        lost += 1;
      }
    }
    return lost;
  }

  it(`keeps every acknowledged append at ${CUTS} cuts (seed ${seed})`, async () => {
    assert.equal(await losses({ honestSync: true, synced: true }), 0);
  });

  it('would lose some on a disk that lies about syncing, so that the test above can fail', async () => {
    assert.ok((await losses({ honestSync: false, synced: true })) > CUTS / 2);
  });

  it('catches a store that acknowledges commits before they are synced', async () => {
    assert.ok((await losses({ honestSync: true, synced: false })) > 0);
  });
});

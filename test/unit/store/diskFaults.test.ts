import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { hasCode, isAppError } from '#base/errors.ts';
import { createStore } from '#core/store/createStore.ts';
import { migrate } from '#core/store/migrations/migrate.ts';
import type { RunAppend, Store } from '#core/store/store.ts';
import { openMounted } from '#node/sqlite/engine.ts';
import type { FileOperation } from '#node/sqlite/hostFiles.ts';
import { LocalConnection } from '#node/sqlite/localConnection.ts';
import { locateSqlite } from '#node/sqlite/locate.ts';
import { type MountedSql, mountSqlJs } from '#node/sqlite/mount.ts';
import { append, created } from '#test/support/memoryStore.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';
import { localStore } from '#test/unit/store/testFiles.ts';

/** A disk that counts what changes it and can be told to refuse. */
class Disk {
  operations = 0;
  failAt = Number.POSITIVE_INFINITY;
  failing: 'once' | 'from then on' = 'once';
  code = 'ENOSPC';
  refused = 0;

  before(operation: FileOperation): void {
    if (!['write', 'sync', 'truncate'].includes(operation.kind)) return;
    this.operations += 1;
    if (this.failing === 'once' ? this.operations !== this.failAt : this.operations < this.failAt) return;
    this.refused += 1;
    throw Object.assign(new Error(this.code), { code: this.code });
  }
}

const scenario: readonly RunAppend[] = [
  append('run_a', 1, [created, { type: 'run.parsed' }]),
  append('run_a', 3, [
    {
      type: 'agent.recorded',
      path: 'p',
      agent: 'a',
      kind: 'tool',
      title: 't',
      data: 'x'.repeat(20_000),
      startedAt: 1,
      durationMs: 1,
      ok: true,
    },
  ]),
  append('run_b', 1, [created]),
  append('run_a', 4, [{ type: 'run.started' }]),
];

/** Each append is made until it is acknowledged; the disk is mended after its first refusal. Returns how many were refused. */
async function play(store: Store, disk: Disk): Promise<number> {
  let refusals = 0;
  for (const batch of scenario) {
    try {
      await store.runs.append(batch);
    } catch (error) {
      assert.ok(isAppError(error) && error.code === 'store.writeFailed', String(error));
      assert.equal(error.details['reason'], disk.code);
      assert.match(JSON.stringify(error.details['path']), /store\.db/);
      assert.equal(error.retryable, true);
      refusals += 1;
      disk.failAt = Number.POSITIVE_INFINITY;
      await store.runs.append(batch);
    }
  }
  return refusals;
}

describe('a disk that refuses', () => {
  const folder = temporaryFolders();
  const disk = new Disk();
  let sql: MountedSql;
  before(async () => {
    sql = await mountSqlJs(locateSqlite().sqlJs, { before: (operation) => disk.before(operation) });
  });

  const open = async (file: string): Promise<Store> => {
    const connection = new LocalConnection(openMounted(sql, file));
    await migrate(connection, { now: 0 });
    return createStore(connection);
  };
  const expectWhole = (file: string): void => {
    const native = new DatabaseSync(file);
    assert.deepEqual({ ...native.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
    assert.deepEqual({ ...native.prepare('SELECT sum(last_seq - first_seq + 1) AS n FROM event_batches').get() }, { n: 5 });
    native.close();
  };

  for (const [code, failing] of [
    ['ENOSPC', 'once'],
    ['ENOSPC', 'from then on'],
    ['EIO', 'once'],
  ] as const) {
    it(`loses no acknowledged row and goes on, with ${code} ${failing} at every write and sync`, async () => {
      Object.assign(disk, { operations: 0, failAt: Number.POSITIVE_INFINITY, code, failing, refused: 0 });
      const empty = path.join(folder(), 'empty.db');
      await (await open(empty)).close();
      let refusals = 0;
      let points = 1;
      for (let point = 1; point <= points; point += 1) {
        const file = path.join(folder(), 'store.db');
        fs.copyFileSync(empty, file);
        const store = await open(file);
        disk.operations = 0;
        disk.failAt = point;
        refusals += await play(store, disk);
        points = Math.max(points, disk.operations);
        disk.failAt = Number.POSITIVE_INFINITY;
        await store.close();
        expectWhole(file);
      }
      assert.ok(refusals >= 10, `${refusals} refusals at ${points} points`);
    });
  }

  it('rejects all that share the commit, and only them', async () => {
    const store = await open(path.join(folder(), 'store.db'));
    Object.assign(disk, { operations: 0, failAt: 2, code: 'ENOSPC', failing: 'once' });
    const together = await Promise.allSettled([store.values.set('s', 'a', 1), store.values.set('s', 'b', 2)]);
    assert.ok(together.every((result) => result.status === 'rejected' && hasCode(result.reason, 'store.writeFailed')));
    assert.deepEqual([...(await store.values.list('s'))], []);
    await store.values.set('s', 'c', 3);
    assert.deepEqual([...(await store.values.list('s'))], [['c', 3]]);
    await store.close();
  });

  it('keeps every acknowledged row when it refuses while the store is being closed', async () => {
    const file = path.join(folder(), 'store.db');
    const { store } = await localStore(file, disk);
    Object.assign(disk, { operations: 0, failAt: Number.POSITIVE_INFINITY, code: 'ENOSPC', failing: 'from then on' });
    await play(store, disk);
    disk.failAt = disk.operations + 1;
    disk.refused = 0;
    await store.close();
    assert.ok(disk.refused > 0, 'the journal could not be folded into the file');
    disk.failAt = Number.POSITIVE_INFINITY;
    expectWhole(file);
  });

  it('says so when the file cannot be made', async () => {
    const file = path.join(folder(), 'store.db');
    Object.assign(disk, { operations: 0, failAt: 1, code: 'ENOSPC', failing: 'from then on' });
    await assert.rejects(
      open(file),
      (error) => isAppError(error) && error.code === 'store.openFailed' && error.details['reason'] === 'ENOSPC',
    );
    const { store } = await localStore(file);
    await store.runs.append(scenario[0]!);
    await store.close();
  });
});

describe('a file taken away while it is open', () => {
  const folder = temporaryFolders();

  it('refuses to acknowledge when another SQLite has removed the journal, and loses nothing', async () => {
    const file = path.join(folder(), 'store.db');
    const { store } = await localStore(file);
    for (const batch of scenario.slice(0, 3)) await store.runs.append(batch);
    const foreign = new DatabaseSync(file);
    assert.deepEqual({ ...foreign.prepare('SELECT sum(last_seq - first_seq + 1) AS n FROM event_batches').get() }, { n: 4 });
    foreign.close();
    assert.equal(fs.existsSync(`${file}-wal`), false, 'the other program has folded the journal in and removed it');
    const removed = (error: unknown): boolean =>
      isAppError(error) && error.code === 'store.writeFailed' && error.details['reason'] === 'REMOVED';
    await assert.rejects(store.runs.append(scenario[3]!), removed);
    await assert.rejects(store.runs.append(scenario[3]!), (error) => hasCode(error, 'store.closed'));
    await store.close();

    const again = await localStore(file);
    await again.store.runs.append(scenario[3]!);
    assert.equal((await again.store.runs.events('run_a')).length, 4);
    await again.store.close();
  });

  it('refuses to acknowledge when the folder was deleted', async () => {
    const root = folder();
    const { store } = await localStore(path.join(root, 'store.db'));
    fs.rmSync(root, { recursive: true });
    await assert.rejects(store.values.set('s', 'k', 1), (error) => hasCode(error, 'store.writeFailed'));
    await store.close();
  });
});

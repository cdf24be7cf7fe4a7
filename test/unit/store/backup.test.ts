import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { hasCode, isAppError } from '#base/errors.ts';
import { createStore } from '#core/store/createStore.ts';
import { migrate, migrations } from '#core/store/migrations/migrate.ts';
import type { Store } from '#core/store/store.ts';
import { CaredConnection } from '#node/sqlite/backup.ts';
import { openMounted } from '#node/sqlite/engine.ts';
import type { FileOperation } from '#node/sqlite/hostFiles.ts';
import { LocalConnection } from '#node/sqlite/localConnection.ts';
import { locateSqlite } from '#node/sqlite/locate.ts';
import { type MountedSql, mountSqlJs } from '#node/sqlite/mount.ts';
import { restoreStore } from '#node/sqlite/restore.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { append, created } from '#test/support/memoryStore.ts';
import { writeOldStore } from '#test/support/oldStore.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';
import { openTestStore, storeFile } from '#test/unit/store/testFiles.ts';

const HEAD = migrations.length;
const runsIn = async (store: Store): Promise<readonly string[]> => (await store.runs.list()).map((run) => run.id).sort();
const open = (file: string): Promise<Store> => openTestStore(path.dirname(path.dirname(file)));

/** What the file holds by itself, seen by another SQLite. */
function runsInFile(file: string): readonly unknown[] {
  const native = new DatabaseSync(file);
  assert.deepEqual({ ...native.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
  const rows = native.prepare('SELECT id FROM runs ORDER BY id').all();
  native.close();
  return rows.map((row) => row['id']);
}

describe('a backup', () => {
  const folder = temporaryFolders();

  it('holds what was committed when it began, checked, while runs go on', async () => {
    const root = folder();
    const store = await openTestStore(root);
    await store.runs.append(append('run_a', 1, [created]));
    const to = path.join(root, 'copy.db');
    const growing = Promise.all(Array.from({ length: 50 }, (_, i) => store.runs.append(append(`run_b${i}`, 1, [created]))));
    const made = await store.care.backup(to);
    await growing;
    assert.equal(made.schema, HEAD);
    assert.equal(made.bytes, fs.statSync(to).size);
    const copied = runsInFile(to);
    assert.equal(copied.length, made.runs);
    assert.ok(copied.includes('run_a'));
    assert.equal((await store.runs.list()).length, 51);
    assert.equal(fs.statSync(to).mode & 0o077, 0, 'readable by its owner alone');
    await store.close();
    assert.deepEqual(fs.readdirSync(root).sort(), ['.cas', 'copy.db']);
  });

  it('never overwrites a file', async () => {
    const root = folder({ 'mine.db': 'mine' });
    const store = await openTestStore(root);
    await assert.rejects(store.care.backup(path.join(root, 'mine.db')), (error) => hasCode(error, 'backup.exists'));
    assert.equal(fs.readFileSync(path.join(root, 'mine.db'), 'utf8'), 'mine');
    await store.close();
  });

  it('to a folder that is not there fails, and the store goes on', async () => {
    const store = await openTestStore(folder());
    await assert.rejects(store.care.backup('/no/such/folder/copy.db'), (error) => hasCode(error, 'backup.failed'));
    await store.runs.append(append('run_a', 1, [created]));
    await store.close();
  });
});

describe('compaction', () => {
  const folder = temporaryFolders();

  it('gives unused space back, loses nothing, and keeps the order of what waits for it', async () => {
    const root = folder();
    const store = await openTestStore(root);
    for (let i = 0; i < 40; i += 1) await store.values.set('big', String(i), 'x'.repeat(50_000));
    for (let i = 0; i < 40; i += 1) await store.values.set('big', String(i), 0);
    const compacting = store.care.compact();
    const chain = [append('run_a', 1, [created]), append('run_a', 2, [{ type: 'run.parsed' }])];
    await Promise.all(chain.map((batch) => store.runs.append(batch)));
    const { beforeBytes, afterBytes } = await compacting;
    assert.ok(beforeBytes > 2_000_000 && afterBytes < 1_000_000, `${beforeBytes} to ${afterBytes}`);
    assert.equal((await store.care.info()).freeBytes, 0);
    assert.equal((await store.runs.events('run_a')).length, 2);
    assert.equal((await store.values.list('big')).size, 40);
    await assert.rejects(openTestStore(root), (error) => hasCode(error, 'store.locked'));
    await store.close();
    assert.deepEqual(runsInFile(storeFile(root)), ['run_a']);
    assert.deepEqual(fs.readdirSync(path.join(root, '.cas')).sort(), ['store.db', 'store.db.lock']);
  });

  it('leaves the store whole and usable when the disk refuses at any write, sync or truncation', async () => {
    let operations = 0;
    let failAt = Number.POSITIVE_INFINITY;
    const before = ({ kind, path: file }: FileOperation): void => {
      if (!['write', 'sync', 'truncate'].includes(kind) || !file.includes('.compacting')) return;
      operations += 1;
      if (operations === failAt) throw Object.assign(new Error('refused'), { code: 'ENOSPC' });
    };
    const mounted = (): Promise<MountedSql> => mountSqlJs(locateSqlite().sqlJs, { before });
    const sql = await mounted();
    let [points, refused] = [1, 0];
    for (let point = 1; point <= points; point += 1) {
      const file = path.join(folder(), 'store.db');
      const opened = async () => ({ connection: new LocalConnection(openMounted(sql, file)), guard: { dispose() {} } });
      const connection = new CaredConnection({
        file,
        durability: 'full',
        opened: await opened(),
        reopen: opened,
        openCopy: async (copy) => new LocalConnection(openMounted(await mounted(), copy)),
      });
      await migrate(connection, { now: 0 });
      const store = createStore(connection);
      await store.runs.append(append('run_a', 1, [created]));
      [operations, failAt] = [0, point];
      await store.care.compact().catch((error: unknown) => {
        assert.ok(isAppError(error) && error.code.startsWith('backup.'), String(error));
        refused += 1;
      });
      points = Math.min(Math.max(points, operations), 80);
      failAt = Number.POSITIVE_INFINITY;
      await store.runs.append(append('run_b', 1, [created]));
      await store.close();
      assert.deepEqual(runsInFile(file), ['run_a', 'run_b']);
      assert.deepEqual(fs.readdirSync(path.dirname(file)), ['store.db']);
    }
    assert.ok(refused >= 10 && refused >= points / 2, `${refused} refusals at ${points} points`);
  });
});

describe('a restore', () => {
  const folder = temporaryFolders();
  const clock = new FakeClock(Date.UTC(2025, 0, 2, 3, 4, 5));
  const restore = (root: string, from: string | null) => restoreStore({ file: storeFile(root), from, clock });

  /** A store with `run_now`, and a backup of the one it was before, with `run_then`. */
  async function scene(): Promise<{ readonly root: string; readonly backup: string }> {
    const root = folder();
    const backup = path.join(root, 'backup.db');
    const store = await openTestStore(root);
    await store.runs.append(append('run_then', 1, [created]));
    await store.care.backup(backup);
    await store.runs.append(append('run_now', 1, [created]));
    await store.close();
    return { root, backup };
  }

  it('puts the backup in place and keeps the store before aside', async () => {
    const { root, backup } = await scene();
    const bytes = fs.readFileSync(backup);
    const done = await restore(root, backup);
    assert.deepEqual(fs.readFileSync(backup), bytes, 'the backup is only read');
    assert.deepEqual(done.schema, { from: HEAD, to: HEAD });
    assert.equal(done.runs, 1);
    assert.deepEqual(runsInFile(done.keptAs ?? ''), ['run_now', 'run_then']);
    const store = await openTestStore(root);
    assert.deepEqual(await runsIn(store), ['run_then']);
    assert.equal((await store.audit.page()).entries[0]?.action, 'store.restore');
    assert.deepEqual(
      (await store.care.info()).aside.map((one) => one.file),
      [done.keptAs],
    );
    await store.close();
  });

  it('is refused while a process has the store open, and changes nothing', async () => {
    const { root, backup } = await scene();
    const store = await openTestStore(root);
    await assert.rejects(restore(root, backup), (error) => hasCode(error, 'store.locked'));
    assert.deepEqual(await runsIn(store), ['run_now', 'run_then']);
    await store.close();
  });

  it('migrates a backup of every earlier schema', async () => {
    for (let schema = 1; schema < HEAD; schema += 1) {
      const root = folder();
      const backup = path.join(root, 'old.db');
      await writeOldStore(backup, schema);
      fs.mkdirSync(path.join(root, '.cas'));
      const done = await restore(root, backup);
      assert.deepEqual(done, { from: backup, keptAs: null, schema: { from: schema, to: HEAD }, runs: 1, durationMs: 0 });
      const store = await openTestStore(root);
      assert.equal((await store.runs.events('run_old')).length, 1);
      await store.close();
    }
  });

  it('refuses what is newer, damaged, of something else or not there, and leaves the store as it is', async () => {
    const { root, backup } = await scene();
    const before = fs.readFileSync(storeFile(root));
    const make = (name: string, write: (file: string) => void): string => {
      const file = path.join(root, name);
      fs.copyFileSync(backup, file);
      write(file);
      return file;
    };
    const exec = (sql: string) => (file: string) => {
      const native = new DatabaseSync(file);
      native.exec(sql);
      native.close();
    };
    const newer = make('newer.db', exec(`INSERT INTO schema_migrations VALUES (${HEAD + 1}, 'x', 'x', 1)`));
    const damaged = make('damaged.db', (file) => fs.writeFileSync(file, fs.readFileSync(file).fill(0xaa, 8_192, 40_000)));
    const text = make('text.db', (file) => fs.writeFileSync(file, 'not a database, only some text that is long enough\n'.repeat(100)));
    const foreign = make('foreign.db', exec('DROP TABLE schema_migrations'));
    const refusals: readonly (readonly [string, string])[] = [
      [newer, 'store.tooNew'],
      [damaged, 'backup.unusable'],
      [text, 'backup.unusable'],
      [foreign, 'backup.unusable'],
      [path.join(root, 'none.db'), 'backup.notFound'],
    ];
    for (const [file, code] of refusals) {
      await assert.rejects(restore(root, file), (error) => hasCode(error, code), file);
      assert.deepEqual(fs.readFileSync(storeFile(root)), before, file);
      assert.deepEqual(fs.readdirSync(path.join(root, '.cas')).sort(), ['store.db', 'store.db.lock']);
    }
  });

  it('of a damaged store keeps the damaged file and its journal aside, as they are', async () => {
    const { root, backup } = await scene();
    const bytes = fs.readFileSync(storeFile(root)).fill(0x20, 0, 64);
    fs.writeFileSync(storeFile(root), bytes);
    fs.writeFileSync(`${storeFile(root)}-wal`, 'a journal');
    await assert.rejects(openTestStore(root), (error) => hasCode(error, 'store.damaged') && /cas store restore/.test(String(error)));
    const { keptAs } = await restore(root, backup);
    assert.equal(keptAs, `${storeFile(root)}.damaged-2025-01-02T03-04-05.000Z`);
    assert.deepEqual(fs.readFileSync(keptAs), bytes);
    assert.equal(fs.readFileSync(`${keptAs}-wal`, 'utf8'), 'a journal');
    const store = await openTestStore(root);
    assert.deepEqual(await runsIn(store), ['run_then']);
    await store.close();
  });

  it('of nothing starts an empty store', async () => {
    const { root } = await scene();
    const { keptAs } = await restore(root, null);
    assert.deepEqual(runsInFile(keptAs ?? ''), ['run_now', 'run_then']);
    const store = await open(storeFile(root));
    assert.deepEqual(await runsIn(store), []);
    await store.close();
  });
});

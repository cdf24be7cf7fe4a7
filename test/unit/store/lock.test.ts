import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { hasCode, isAppError } from '#base/errors.ts';
import { acquireLock, lockAgainstForeignSqlite } from '#node/sqlite/lock.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';
import { openTestStore, storeFile } from '#test/unit/store/testFiles.ts';

const lockModule = fileURLToPath(new URL('../../../src/node/sqlite/lock.ts', import.meta.url));

/** Another process that takes the lock, says so, and keeps it. */
async function otherOwner(file: string): Promise<ChildProcess> {
  const script = `import { acquireLock } from ${JSON.stringify(lockModule)};
    await acquireLock(${JSON.stringify(file)});
    process.stdout.write('held');
    setInterval(() => {}, 60_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

const lockedBy = (pid: number | undefined) => (error: unknown) =>
  isAppError(error) && error.code === 'store.locked' && error.details['pid'] === pid && error.message.includes(String(pid));

describe('the lock of a store', () => {
  const folder = temporaryFolders();

  it('lets one owner in and tells the next who it is', async () => {
    const root = folder();
    const first = await openTestStore(root);
    await assert.rejects(openTestStore(root), lockedBy(process.pid));
    await first.close();
    await (await openTestStore(root)).close();
  });

  it('holds between processes, and goes when its process is killed', async () => {
    const root = folder();
    fs.mkdirSync(path.join(root, '.cas'));
    const owner = await otherOwner(storeFile(root));
    await assert.rejects(openTestStore(root), lockedBy(owner.pid));
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    await (await openTestStore(root)).close();
  });

  it('is not passed on to programs that the owner starts', async () => {
    const root = folder();
    const store = await openTestStore(root);
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await store.close();
    await (await openTestStore(root)).close();
    child.stdin.end();
    await once(child, 'exit');
  });

  it('goes when opening fails after it was taken', async () => {
    const root = folder();
    fs.mkdirSync(path.join(root, '.cas'));
    fs.writeFileSync(storeFile(root), 'no database at all'.repeat(100));
    await assert.rejects(openTestStore(root), (error) => hasCode(error, 'store.damaged'));
    await assert.rejects(openTestStore(root), (error) => hasCode(error, 'store.damaged'));
  });

  it('refuses to go without when the machine has no flock', async function () {
    if (process.platform !== 'linux') this.skip();
    const root = folder();
    const savedPath = process.env['PATH'];
    process.env['PATH'] = root;
    try {
      await assert.rejects(
        acquireLock(path.join(root, 'x')),
        (error) => isAppError(error) && error.code === 'store.lockUnavailable' && /flock/.test(error.message),
      );
    } finally {
      process.env['PATH'] = savedPath;
    }
  });

  it('is taken through perl where there is no flock', async function () {
    const perl = ['/usr/bin/perl', '/bin/perl'].find((file) => fs.existsSync(file));
    if (process.platform !== 'linux' || !perl) this.skip();
    const root = folder();
    const savedPath = process.env['PATH'];
    fs.symlinkSync(perl, path.join(root, 'perl'));
    process.env['PATH'] = root;
    try {
      const lock = await acquireLock(path.join(root, 'x'));
      await assert.rejects(acquireLock(path.join(root, 'x')), lockedBy(process.pid));
      lock.dispose();
      (await acquireLock(path.join(root, 'x'))).dispose();
    } finally {
      process.env['PATH'] = savedPath;
    }
  });

  it('is not taken for a file that cannot be opened', async () => {
    const root = folder();
    fs.mkdirSync(storeFile(root), { recursive: true });
    await assert.rejects(openTestStore(root), (error) => hasCode(error, 'store.openFailed'));
    await assert.rejects(openTestStore(root), (error) => hasCode(error, 'store.openFailed'));
  });

  it('and all files of the store are for their owner alone', async function () {
    if (process.platform === 'win32') this.skip();
    const root = folder();
    const store = await openTestStore(root);
    for (const name of fs.readdirSync(path.join(root, '.cas'))) {
      assert.equal(fs.statSync(path.join(root, '.cas', name)).mode & 0o777, 0o600, name);
    }
    await store.close();
  });

  it('says why when the folder cannot be written', async () => {
    const root = folder();
    fs.writeFileSync(path.join(root, '.cas'), 'a file where the folder should be');
    await assert.rejects(openTestStore(root), (error) => hasCode(error, 'store.openFailed'));
  });
});

describe('the lock against other SQLite programs', () => {
  const folder = temporaryFolders();

  beforeEach(async function () {
    const probe = await lockAgainstForeignSqlite(path.join(folder(), 'probe.db'));
    if (!probe) this.skip();
    probe.dispose();
  });

  it('makes them wait while the store is open, and no longer', async () => {
    const root = folder();
    const store = await openTestStore(root);
    await store.values.set('s', 'k', 1);
    const read = (): unknown => {
      const native = new DatabaseSync(storeFile(root));
      try {
        return native.prepare('SELECT data FROM scoped_values').get()?.['data'];
      } finally {
        native.close();
      }
    };
    assert.throws(read, /database is locked/);
    await store.values.set('s', 'k', 2);
    await store.close();
    assert.equal(read(), '2');
  });

  it('names the reason when such a program has the file open', async () => {
    const root = folder();
    await (await openTestStore(root)).close();
    const native = new DatabaseSync(storeFile(root));
    native.prepare('SELECT * FROM runs').all();
    await assert.rejects(
      openTestStore(root),
      (error) => isAppError(error) && error.code === 'store.locked' && /another SQLite program/.test(error.message),
    );
    native.close();
    await (await openTestStore(root)).close();
  });
});

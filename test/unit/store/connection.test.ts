import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { hasCode } from '#base/errors.ts';
import type { Batch } from '#core/store/connection.ts';
import { connectWorker } from '#node/sqlite/client.ts';
import type { Outcome } from '#node/sqlite/engine.ts';
import { GroupCommit } from '#node/sqlite/groupCommit.ts';
import { locateSqlite } from '#node/sqlite/locate.ts';
import { mountSqlJs } from '#node/sqlite/mount.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';
import { localConnection } from '#test/unit/store/testFiles.ts';

const batch = (sql: string): Batch => [{ sql, parameters: [] }];

describe('group commit', () => {
  /** Groups wait until they are answered by hand. */
  function manual() {
    const groups: { readonly batches: readonly Batch[]; answer(outcomes: readonly Outcome[]): void; fail(error: Error): void }[] = [];
    const commits = new GroupCommit(
      (batches) =>
        new Promise((answer, fail) => {
          groups.push({ batches, answer, fail });
        }),
    );
    return { groups, commits };
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('sends what one turn adds as one group, later microtasks included', async () => {
    const { groups, commits } = manual();
    const first = commits.add(batch('a'));
    await Promise.resolve();
    const second = commits.add(batch('b'));
    await turn();
    assert.deepEqual(
      groups.map((group) => group.batches),
      [[batch('a'), batch('b')]],
    );
    groups[0]?.answer([null, null]);
    await Promise.all([first, second, commits.idle()]);
  });

  it('collects what arrives during a commit for the next one', async () => {
    const { groups, commits } = manual();
    const first = commits.add(batch('a'));
    await turn();
    const later = [commits.add(batch('b')), commits.add(batch('c'))];
    await turn();
    assert.equal(groups.length, 1, 'one commit at a time');
    groups[0]?.answer([null]);
    await first;
    await turn();
    await turn();
    assert.equal(groups[1]?.batches.length, 2);
    groups[1]?.answer([null, null]);
    await Promise.all(later);
  });

  it('gives each batch its own outcome, and all of them the failure of the sending', async () => {
    const { groups, commits } = manual();
    const view = { code: 'store.conflict', message: 'no', retryable: false, details: {} };
    const [good, bad] = [commits.add(batch('a')), commits.add(batch('b'))];
    const badResult = assert.rejects(bad, (error) => hasCode(error, 'store.conflict'));
    await turn();
    groups[0]?.answer([null, view]);
    await Promise.all([good, badResult]);
    const failing = [commits.add(batch('c')), commits.add(batch('d'))].map((added) => assert.rejects(added, /gone/));
    await turn();
    groups[1]?.fail(new Error('gone'));
    await Promise.all(failing);
    const after = commits.add(batch('e'));
    await turn();
    groups[2]?.answer([null]);
    await after;
  });
});

describe('the worker of a store', () => {
  const folder = temporaryFolders();

  /** A worker that opens and then does what the script says with each message. */
  function fakeWorker(onMessage: string) {
    const file = path.join(folder(), 'worker.mjs');
    const script = `import { parentPort } from 'node:worker_threads';
      parentPort.on('message', (request) => { ${onMessage} });
      parentPort.postMessage({ opened: null });`;
    fs.writeFileSync(file, script);
    return connectWorker({ ...locateSqlite(), worker: pathToFileURL(file) }, 'unused');
  }

  for (const [how, script] of [
    ['throws', "throw new Error('boom')"],
    ['exits', 'process.exit(3)'],
  ] as const) {
    it(`that ${how} rejects all that is pending and all that comes after`, async () => {
      const connection = await fakeWorker(script);
      const closed = (error: unknown) => hasCode(error, 'store.closed');
      await Promise.all([
        assert.rejects(connection.commit(batch('a')), closed),
        assert.rejects(connection.read({ sql: 'b', parameters: [] }), closed),
      ]);
      await assert.rejects(connection.commit(batch('c')), closed);
      await assert.rejects(connection.read({ sql: 'd', parameters: [] }), closed);
      await connection.close();
    });
  }

  it('reports why a file cannot be opened', async () => {
    const file = path.join(folder(), 'missing', 'store.db');
    await assert.rejects(connectWorker(locateSqlite(), file), (error) => hasCode(error, 'store.openFailed'));
  });

  it('leaves the event loop free while it commits', async () => {
    const connection = await connectWorker(locateSqlite(), path.join(folder(), 'store.db'));
    await connection.commit(batch('CREATE TABLE t (x INTEGER)'));
    let turns = 0;
    const slow = connection
      .commit(batch('INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT i FROM n'))
      .then(() => 'done');
    const turn = () => new Promise((resolve) => setImmediate(resolve, 'turn'));
    while ((await Promise.race([turn(), slow])) === 'turn') turns += 1;
    assert.ok(turns > 100, `${turns} turns`);
    await connection.close();
  });
});

describe('statements', () => {
  it('fail alone with the place and the reason', async () => {
    const connection = await localConnection(null);
    await connection.commit(batch('CREATE TABLE t (x INTEGER PRIMARY KEY) STRICT'));
    const insert = { sql: 'INSERT INTO t VALUES (?)', parameters: [1] };
    await assert.rejects(
      connection.commit([insert, insert]),
      (error) => hasCode(error, 'store.conflict') && error instanceof Error && /UNIQUE/.test(error.message),
    );
    await assert.rejects(connection.commit([{ ...insert, parameters: ['text'] }]), (error) => hasCode(error, 'store.failed'));
    await assert.rejects(connection.commit(batch('NO SQL')), (error) => hasCode(error, 'store.failed'));
    await assert.rejects(connection.read({ sql: 'SELECT * FROM nowhere', parameters: [] }), (error) => hasCode(error, 'store.failed'));
    assert.deepEqual(await connection.read({ sql: 'SELECT * FROM t', parameters: [] }), []);
    await connection.close();
  });

  it('stay right when there are more of them than are kept prepared', async () => {
    const connection = await localConnection(null);
    for (let n = 0; n < 450; n += 1)
      assert.deepEqual(await connection.read({ sql: `SELECT ${n % 225} AS n`, parameters: [] }), [{ n: n % 225 }]);
    await connection.close();
  });
});

describe('sql.js', () => {
  const folder = temporaryFolders();

  it('is refused when it is not the pinned build', async () => {
    const { sqlJs } = locateSqlite();
    const copy = path.join(folder(), 'sql-wasm.js');
    fs.copyFileSync(sqlJs, copy);
    const wasm = fs.readFileSync(sqlJs.replace(/\.js$/, '.wasm'));
    fs.writeFileSync(copy.replace(/\.js$/, '.wasm'), Buffer.concat([wasm, Buffer.from([0])]));
    await assert.rejects(mountSqlJs(copy), /not the pinned build of 1\.16\.0/);
  });

  it('is found beside the worker in dist, from an entry and from a chunk', () => {
    const root = folder();
    const dist = path.join(root, 'dist');
    fs.mkdirSync(path.join(dist, 'chunks'), { recursive: true });
    fs.writeFileSync(path.join(dist, 'storeWorker.mjs'), '');
    const expected = { worker: pathToFileURL(path.join(dist, 'storeWorker.mjs')), sqlJs: path.join(dist, 'vendor', 'sql-wasm.js') };
    assert.deepEqual(locateSqlite(pathToFileURL(path.join(dist, 'core.mjs')).href), expected);
    assert.deepEqual(locateSqlite(pathToFileURL(path.join(dist, 'chunks', 'a-1.mjs')).href), expected);
    assert.throws(() => locateSqlite(pathToFileURL(path.join(root, 'x.mjs')).href), /incomplete/);
  });

  it('runs as CommonJS inside a package of modules, as in dist', async () => {
    const root = folder();
    fs.writeFileSync(path.join(root, 'package.json'), '{"type":"module"}');
    for (const name of ['sql-wasm.js', 'sql-wasm.wasm'])
      fs.copyFileSync(path.join(path.dirname(locateSqlite().sqlJs), name), path.join(root, name));
    const db = (await mountSqlJs(path.join(root, 'sql-wasm.js'))).open(null);
    assert.deepEqual(db.exec('SELECT 1 AS n')[0]?.values, [[1]]);
    db.close();
  });
});

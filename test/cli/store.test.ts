// `cas store …` and the stores that cannot be opened, through the built command line.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { assertCode, cas, casJson, gated, newFolder, sampleRepository, startCli } from '#test/cli/runCli.ts';
import { writeOldStore } from '#test/support/oldStore.ts';
import type { BackupReport, CompactReport, PruneReport, RestoreReport, StoreInfo } from '#protocol/storeCare.ts';

const storeOf = (root: string): string => path.join(root, '.cas', 'store.db');

function exec(file: string, sql: string): void {
  const native = new DatabaseSync(file);
  native.exec(sql);
  native.close();
}

describe('cas store', () => {
  it('says what is stored, backs it up and restores it', async () => {
    const root = sampleRepository();
    const cwd = { cwd: root };
    assertCode(await cas(['workflow', 'run', 'code-review'], cwd), 0);
    const info = await casJson<StoreInfo>(['store', 'info'], cwd);
    assert.equal(info.file, storeOf(root));
    assert.equal(info.runs.count, 1);
    assert.ok(info.events > 10 && info.proposals.open > 0 && info.blobs.bytes > 0 && info.runFolders.files > 0, JSON.stringify(info));
    const said = await cas(['store', 'info'], cwd);
    assertCode(said, 0);
    assert.match(said.stdout, /^runs +1, 0 unfinished, the oldest 0 days old$/m);
    const made = await casJson<BackupReport>(['store', 'backup', 'kept.db'], cwd);
    assert.deepEqual([made.file, made.runs, made.schema], [path.join(root, 'kept.db'), 1, info.schema]);
    assert.equal(made.bytes, statSync(made.file).size);
    const again = await cas(['store', 'backup', 'kept.db'], cwd);
    assertCode(again, 1);
    assert.match(again.stderr, /backup\.exists/);
    assertCode(await cas(['workflow', 'run', 'code-review'], cwd), 0);
    const restored = await cas(['store', 'restore', 'kept.db'], cwd);
    assertCode(restored, 0);
    assert.match(restored.stdout, /^Restored kept\.db: 1 run, .*\nThe store before is kept as \.cas\/store\.db\.replaced-.*\.\n$/);
    const after = await casJson<StoreInfo>(['store', 'info'], cwd);
    assert.deepEqual([after.runs.count, after.aside.length], [1, 1]);
  });

  it('says in a dry run what it then removes, and compacts', async () => {
    const root = sampleRepository({ '.cas/config.yaml': 'retention: { runsNewest: 1 }\n' });
    const cwd = { cwd: root };
    for (let i = 0; i < 2; i += 1) assertCode(await cas(['workflow', 'run', 'code-review'], cwd), 0);
    assert.equal((await casJson<PruneReport>(['store', 'prune', '--dry-run'], cwd)).kept[0]?.because, 'openProposals');
    const open = await casJson<readonly { id: string }[]>(['proposals', 'list'], cwd);
    for (const { id } of open) assertCode(await cas(['proposals', 'reject', id], cwd), 0);
    const said = await casJson<PruneReport>(['store', 'prune', '--dry-run'], cwd);
    assert.equal(said.runs.length, 1);
    const folder = path.join(root, '.cas', 'runs', said.runs[0]?.id ?? '');
    assert.ok(existsSync(folder));
    const words = await cas(['store', 'prune', '--dry-run'], cwd);
    assert.match(words.stdout, /^run_\S+ +code-review +completed +ended .*not among the newest 1\nWould remove 1 run: \d+ events, /);
    const done = await casJson<PruneReport>(['store', 'prune'], cwd);
    assert.deepEqual({ ...done, dryRun: true, durationMs: 0 }, { ...said, durationMs: 0 });
    assert.equal(existsSync(folder), false);
    assert.equal((await casJson<readonly unknown[]>(['workflow', 'status'], cwd)).length, 1);
    const compacted = await casJson<CompactReport>(['store', 'compact'], cwd);
    assert.ok(compacted.afterBytes > 0 && compacted.afterBytes <= compacted.beforeBytes);
    writeFileSync(path.join(root, '.cas', 'config.yaml'), 'retention: { runDays: 1 }\n');
    const wrong = await cas(['store', 'prune'], cwd);
    assertCode(wrong, 1);
    assert.match(wrong.stderr, /\.cas\/config\.yaml has problems.*\n.*runDays/);
  });

  it('backs up and restores through the process that holds the store, which goes on with what was restored', async () => {
    const root = newFolder({ '.cas/workflows/gated.cas.yaml': gated, 'a.js': 'export const a = 1;\n' });
    const cwd = { cwd: root };
    assertCode(await cas(['--mode', 'strict', 'workflow', 'run', 'gated'], cwd), 6);
    assertCode(await cas(['store', 'backup', 'kept.db'], cwd), 0);
    const owner = startCli(['triggers', 'watch'], cwd);
    const lock = `${storeOf(root)}.lock`;
    while (!existsSync(lock) || readFileSync(lock, 'utf8') !== String(owner.child.pid)) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      assert.equal(owner.child.exitCode, null);
    }
    const done = await casJson<RestoreReport>(['store', 'restore', 'kept.db'], cwd);
    assert.equal(done.runs, 1);
    assert.equal((await casJson<readonly unknown[]>(['workflow', 'status'], cwd)).length, 1);
    assert.equal(owner.child.exitCode, null, 'the owner goes on');
    owner.child.kill('SIGKILL');
    await owner.ended;
  });

  it('migrates the store of the first version, as it is opened and from a backup', async () => {
    const root = newFolder();
    await writeOldStore(storeOf(root), 1);
    await writeOldStore(path.join(root, 'old.db'), 1);
    const runs = await casJson<readonly { id: string }[]>(['workflow', 'status'], { cwd: root });
    assert.deepEqual(
      runs.map((run) => run.id),
      ['run_old'],
    );
    const done = await cas(['store', 'restore', 'old.db'], { cwd: root });
    assertCode(done, 0);
    assert.match(done.stdout, /^Restored old\.db: 1 run, migrated from schema 1 to \d+, /);
  });
});

describe('exit code 4', () => {
  it('a damaged store: it is left as it is, and both ways on are named and work', async () => {
    const root = newFolder();
    mkdirSync(path.join(root, '.cas'));
    writeFileSync(storeOf(root), 'no database at all, but long enough to be looked at\n'.repeat(50));
    const before = readFileSync(storeOf(root));
    const ended = await cas(['workflow', 'status'], { cwd: root });
    assertCode(ended, 4);
    assert.match(ended.stderr, /is damaged: .*left as it is\..*cas store restore <backup>.*cas store restore --empty.*\(store\.damaged\)/);
    assert.deepEqual(readFileSync(storeOf(root)), before);
    assertCode(await cas(['store', 'restore', '--empty'], { cwd: root }), 0);
    assertCode(await cas(['workflow', 'status'], { cwd: root }), 0);
    const aside = readdirSync(path.join(root, '.cas')).find((name) => name.startsWith('store.db.damaged-'));
    assert.deepEqual(readFileSync(path.join(root, '.cas', aside ?? '')), before);
  });

  it('a store, and a backup, of a newer CAS', async () => {
    const root = newFolder();
    assertCode(await cas(['workflow', 'status'], { cwd: root }), 0);
    assertCode(await cas(['store', 'backup', 'newer.db'], { cwd: root }), 0);
    for (const file of ['newer.db', '.cas/store.db']) exec(path.join(root, file), "INSERT INTO schema_migrations VALUES (99, 'x', 'x', 1)");
    for (const args of [
      ['workflow', 'status'],
      ['store', 'restore', 'newer.db'],
    ]) {
      const ended = await cas(args, { cwd: root });
      assertCode(ended, 4);
      assert.match(ended.stderr, /written by a newer version of CAS \(schema 99; .*Update CAS\. \(store\.tooNew\)/);
    }
  });

  it('a store of another build', async () => {
    const root = newFolder();
    assertCode(await cas(['workflow', 'status'], { cwd: root }), 0);
    exec(storeOf(root), "UPDATE schema_migrations SET checksum = 'x' WHERE id = 1");
    const ended = await cas(['workflow', 'status'], { cwd: root });
    assertCode(ended, 4);
    assert.match(ended.stderr, /store\.schemaMismatch/);
  });

  it('a store that another SQLite program has open', async function () {
    if (process.platform !== 'linux') this.skip();
    const root = newFolder();
    assertCode(await cas(['workflow', 'status'], { cwd: root }), 0);
    const foreign = new DatabaseSync(storeOf(root));
    foreign.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE');
    try {
      const ended = await cas(['workflow', 'status'], { cwd: root });
      assertCode(ended, 4);
      assert.match(ended.stderr, /open in another SQLite program.*store\.locked/);
    } finally {
      foreign.close();
    }
  });
});

describe('wrong words for cas store restore', () => {
  it('end with 2 and change nothing: no file and no --empty, both, a dry run', async () => {
    const root = newFolder();
    for (const args of [
      ['store', 'restore'],
      ['store', 'restore', 'a.db', '--empty'],
      ['--mode', 'dry-run', 'store', 'restore', 'a.db'],
    ]) {
      assertCode(await cas(args, { cwd: root }), 2);
    }
    assert.deepEqual(readdirSync(root), []);
    const gone = await cas(['store', 'restore', 'a.db'], { cwd: root });
    assertCode(gone, 1);
    assert.match(gone.stderr, /backup\.notFound/);
  });
});

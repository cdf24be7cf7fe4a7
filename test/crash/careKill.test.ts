// Kills a process with SIGKILL at random moments while it compacts, backs up or restores a store.
// Promise under test: there is the old file or the new one, whole, with every acknowledged row; a backup that has its name is whole.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '#base/clock.ts';
import { openStore } from '#node/sqlite/openStore.ts';
import { bundleChild } from '#test/crash/bundle.ts';
import { killSpan, killsOf, limitMs, live, seed } from '#test/crash/kills.ts';
import { randomFrom } from '#test/crash/randomFrom.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

const kills = killsOf('care');
const log = { debug() {}, info() {}, warn() {}, error() {} };

const numbers = (lines: readonly string[], word: string): readonly string[] =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));

/** The keys kept in a database that nobody has open; its journal counts. Looks at a copy. */
function keptIn(file: string): ReadonlySet<string> {
  const copy = `${file}.look`;
  for (const suffix of ['', '-wal']) {
    fs.rmSync(copy + suffix, { force: true });
    if (fs.existsSync(file + suffix)) fs.copyFileSync(file + suffix, copy + suffix);
  }
  const native = new DatabaseSync(copy);
  try {
    assert.deepEqual({ ...native.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
    return new Set(
      native
        .prepare("SELECT key FROM scoped_values WHERE scope = 'kept'")
        .all()
        .map((row) => String(row['key'])),
    );
  } finally {
    native.close();
    for (const suffix of ['', '-wal', '-shm']) fs.rmSync(copy + suffix, { force: true });
  }
}

describe(`care of a store that is killed ${kills} times (seed ${seed})`, () => {
  const folder = temporaryFolders();
  const random = randomFrom(seed);
  const programs = fs.mkdtempSync(path.join(tmpdir(), 'cas-care-kill-'));
  let child: string;
  before(async () => {
    child = await bundleChild(programs, 'careChild');
  });
  after(() => fs.rmSync(programs, { recursive: true, force: true }));

  /** Runs the child until `afterMs` after it said ready; returns its complete lines. */
  async function runAndKill(args: readonly string[], afterMs: number): Promise<readonly string[]> {
    const { lines, errors, killed } = await live([child, ...args], { since: 'ready', afterMs });
    assert.ok(killed, `it ended by itself: ${errors}`);
    return lines;
  }

  for (const kind of ['compact', 'backup'] as const) {
    it(`${kind}: every acknowledged row is there after each kill`, async () => {
      const root = folder();
      const file = path.join(root, 'store.db');
      const acknowledged = new Set<string>();
      const span = killSpan(400);
      let backups = 0;
      for (let kill = 0; kill < kills; kill += 1) {
        const lines = await runAndKill([kind, file], span.next(random));
        for (const key of numbers(lines, 'kept')) acknowledged.add(key);
        if (lines.length <= 1) span.tooShort();
        const kept = keptIn(file);
        assert.deepEqual(
          Array.from(acknowledged).filter((key) => !kept.has(key)),
          [],
          `kill ${kill}`,
        );
        for (const name of fs.readdirSync(root).filter((one) => one.endsWith('.backup'))) {
          keptIn(path.join(root, name));
          backups += 1;
          fs.rmSync(path.join(root, name));
        }
      }
      assert.ok(acknowledged.size > 0 || kills < 5, 'something was written');
      if (kind === 'backup') assert.ok(backups > 0, 'some backup was finished');
    }).timeout(limitMs(kills));
  }

  it('restore: the old store or the backup is there after each kill, and what was replaced is whole', async () => {
    const root = folder();
    const [file, backup] = [path.join(root, 'store.db'), path.join(root, 'then.db')];
    const grow = async (key: string): Promise<void> => {
      const store = await openStore({ file, clock: systemClock, log });
      await store.values.set('kept', key, 1);
      if (key === 'then') await store.care.backup(backup);
      await store.close();
    };
    await grow('then');
    const span = killSpan(1_500);
    let restored = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      await grow(`now${kill}`);
      await runAndKill(['restore', file, backup], span.next(random));
      const kept = [...keptIn(file)].sort();
      if (kept.length === 1) restored += 1;
      else span.tooShort();
      assert.ok(kept.includes('then'), `kill ${kill}`);
      const aside = fs.readdirSync(root).filter((one) => one.includes('.replaced-') && !one.endsWith('.look'));
      const everywhere = [kept, ...aside.map((name) => [...keptIn(path.join(root, name))])].flat();
      assert.ok(everywhere.includes(`now${kill}`), `kill ${kill}: what was replaced is kept`);
    }
    assert.ok(restored > 0 || kills < 5, 'some restore was finished');
  }).timeout(limitMs(kills));
});

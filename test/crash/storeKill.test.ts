// Kills the owner of a store with SIGKILL at random moments: while it opens, migrates, commits, checkpoints its journal.
// Promise under test: no acknowledged append is lost, none is there by half, and the next process opens at once.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { bundleChild } from '#test/crash/bundle.ts';
import { killSpan, killsOf, limitMs, live, seed } from '#test/crash/kills.ts';
import { randomFrom } from '#test/crash/randomFrom.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

const kills = killsOf('store');
/** Every so many rounds the kill comes while the store is being opened. */
const KILL_WHILE_OPENING_EVERY = 6;

/** Looks at a copy with another SQLite, so that the store's own recovery is left to the next owner. */
function look(file: string, copy: string): ReadonlyMap<string, number> {
  for (const suffix of ['', '-wal']) {
    fs.rmSync(copy + suffix, { force: true });
    if (fs.existsSync(file + suffix)) fs.copyFileSync(file + suffix, copy + suffix);
  }
  const native = new DatabaseSync(copy);
  try {
    assert.deepEqual({ ...native.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
    const tables = native.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'event_batches'").get();
    if (tables?.['n'] === 0) return new Map(); // killed while its tables were made
    const rows = native
      .prepare(
        `SELECT id, (SELECT progress FROM event_batches WHERE run_id = id ORDER BY last_seq DESC LIMIT 1) ->> 0 AS last,
          (SELECT sum(last_seq - first_seq + 1) FROM event_batches WHERE run_id = id) AS events,
          (SELECT max(last_seq) FROM event_batches WHERE run_id = id) AS newest FROM runs`,
      )
      .all();
    for (const row of rows) {
      const { last, id } = row;
      assert.deepEqual({ ...row }, { id, last, events: last, newest: last });
    }
    return new Map(rows.map((row) => [String(row['id']), Number(row['last'])]));
  } finally {
    native.close();
  }
}

describe('a store whose owner is killed', () => {
  const folder = temporaryFolders();
  const programs = fs.mkdtempSync(path.join(tmpdir(), 'cas-store-kill-'));
  let child: string;
  before(async () => {
    child = await bundleChild(programs, 'storeChild');
  });
  after(() => fs.rmSync(programs, { recursive: true, force: true }));

  for (const [durability, thread, share] of [
    ['full', 'worker', 0.5],
    ['normal', 'worker', 0.25],
    ['normal', 'here', 0.25],
  ] as const) {
    const rounds = Math.ceil(kills * share);
    it(`keeps every acknowledged append through ${rounds} kills, durability ${durability}, SQLite in ${thread === 'here' ? 'the same thread' : 'a worker'} (seed ${seed})`, () =>
      surviveKills(rounds, [durability, thread])).timeout(limitMs(rounds));
  }

  async function surviveKills(rounds: number, how: readonly string[]): Promise<void> {
    const root = folder();
    const file = path.join(root, '.cas', 'store.db');
    const random = randomFrom(seed);
    const acknowledged = new Map<string, number>();
    const span = killSpan(120);
    const opening = killSpan(350);
    let rows = 0;
    for (let round = 0; round < rounds; round += 1) {
      const sinceReady = round % KILL_WHILE_OPENING_EVERY !== 0;
      const moment = { since: sinceReady ? 'ready' : 'start', afterMs: (sinceReady ? span : opening).next(random) } as const;
      const { lines, errors, killed } = await live([child, file, ...how], moment);
      assert.ok(killed, `the owner ended by itself: ${errors}`);
      for (const line of lines.filter((text) => text !== 'ready')) {
        const [run = '', seq] = line.split(' ');
        acknowledged.set(run, Number(seq));
        rows += 1;
      }
      if (sinceReady && lines.length <= 1) span.tooShort();
      if (!fs.existsSync(file)) continue;
      const stored = look(file, path.join(root, 'copy.db'));
      for (const [run, seq] of acknowledged) {
        assert.ok((stored.get(run) ?? 0) >= seq, `round ${round}: ${run} has ${stored.get(run)}, ${seq} was acknowledged (seed ${seed})`);
      }
    }
    assert.ok(rows > rounds, `only ${rows} appends were acknowledged: the kills came too early to test anything`);
  }
});

// Kills the engine while it undoes failed runs and rolls others back, until all of them have ended. Promise under test: every
// completed step is undone exactly once, the last first; a rollback happens once; a process has each effect once at most, though
// a rolled-back step runs twice in it. `CAS_KILLS` sets how many kills (default 12), `CAS_SEED` their moments.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '#base/clock.ts';
import { replay } from '#core/engine/reduce.ts';
import { effectiveEvents } from '#core/engine/rewind.ts';
import { viewOf } from '#core/engine/view.ts';
import { openStore } from '#node/sqlite/openStore.ts';
import type { RunEvent } from '#protocol/runEvents.ts';
import { randomFrom } from '#test/crash/randomFrom.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

const kills = Number(process.env['CAS_KILLS'] ?? 12);
const seed = Number(process.env['CAS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const child = fileURLToPath(new URL('sagaChild.ts', import.meta.url));

/** What the process said; it is killed `afterMs` after it was ready. */
async function live(file: string, runs: number, afterMs: number | null): Promise<string> {
  const engine = spawn(process.execPath, [child, file, String(runs)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let errors = '';
  engine.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ready = new Promise<void>((resolve) => {
    engine.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('ready')) resolve();
    });
  });
  const over = once(engine, 'close');
  if (afterMs !== null) {
    await Promise.race([ready, over]);
    await Promise.race([new Promise((resolve) => setTimeout(resolve, afterMs)), over]);
    engine.kill('SIGKILL');
  }
  await over;
  assert.equal(errors, '');
  assert.ok(!said.includes('error'), said);
  return said;
}

const pathsOf = (events: readonly RunEvent[], type: 'step.succeeded' | 'step.compensated'): string[] =>
  events.flatMap((event) => (event.type === type ? [event.path] : []));

function assertUndone(events: readonly RunEvent[]): void {
  const done = pathsOf(events, 'step.succeeded').filter((step) => step !== 'm');
  assert.deepEqual(pathsOf(events, 'step.compensated'), done.toReversed(), `undone once each, the last first (seed ${seed})`);
  assert.equal(viewOf(replay(events)).status, 'failed');
}

function assertRolledBack(events: readonly RunEvent[]): void {
  assert.equal(events.filter((event) => event.type === 'run.rewound').length, 1, `rolled back once (seed ${seed})`);
  assert.deepEqual(pathsOf(effectiveEvents(events), 'step.succeeded'), ['a', 'b', 'c', 'd', 'e', 'f']);
  assert.deepEqual(pathsOf(events, 'step.succeeded'), ['a', 'b', 'c', 'd', 'e', 'f', 'c', 'd', 'e', 'f']);
  assert.equal(viewOf(replay(events)).status, 'completed');
}

function assertEffectsOnce(file: string): void {
  const lines = fs.readFileSync(`${file}.effects`, 'utf8').trimEnd().split('\n');
  assert.equal(new Set(lines).size, lines.length, `an effect was had twice (seed ${seed})`);
}

describe('an engine that is killed while it undoes and rolls back', () => {
  const folder = temporaryFolders();

  it(`does each of it once, through ${kills} kills (seed ${seed})`, async () => {
    const file = path.join(folder(), '.cas', 'store.db');
    const random = randomFrom(seed);
    for (let kill = 0; kill < kills; kill += 1) await live(file, 2 + Math.floor(kill / 5), random() * 120);
    const runs = 2 + Math.floor(kills / 5);
    assert.ok((await live(file, runs, null)).includes('finished'));
    assertEffectsOnce(file);
    const store = await openStore({ file, clock: systemClock, log: { debug() {}, info() {}, warn() {}, error() {} } });
    try {
      const rows = await store.runs.list();
      assert.equal(rows.length, 2 * runs);
      for (const { id, idempotencyKey } of rows) {
        const events = await store.runs.events(id);
        if (idempotencyKey?.startsWith('failing')) assertUndone(events);
        else assertRolledBack(events);
      }
      assert.equal((await store.deadLetters.list({ status: 'open' })).length, runs);
    } finally {
      await store.close();
    }
  });
});

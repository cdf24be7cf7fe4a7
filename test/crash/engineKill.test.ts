// Kills the engine with SIGKILL at random moments, on the real store, and lets the next process go on until all runs
// have ended. Promise under test: no outcome that was announced is lost or worked for again, and every run completes.
// `CAS_KILLS` sets how many kills (default 25), `CAS_SEED` their moments.

import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { systemClock } from '#base/clock.ts';
import { replay } from '#core/engine/reduce.ts';
import { viewOf } from '#core/engine/view.ts';
import { openStore } from '#node/sqlite/openStore.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

const kills = Number(process.env['CAS_KILLS'] ?? 25);
const seed = Number(process.env['CAS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const child = fileURLToPath(new URL('engineChild.ts', import.meta.url));
const RUNS_A_ROUND = 3;

/** Park and Miller's generator: a printed seed brings the same moments. */
function randomFrom(start: number): () => number {
  let state = (start % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

interface Life {
  readonly pid: number;
  readonly lines: readonly string[];
}

type Engine = ChildProcessByStdio<null, Readable, Readable>;

function live(file: string, runs: number): { readonly engine: Engine; readonly ready: Promise<void>; readonly over: Promise<Life> } {
  const engine: Engine = spawn(process.execPath, [child, file, String(runs)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let errors = '';
  engine.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ready = new Promise<void>((resolve) => {
    engine.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out.includes('ready')) resolve();
    });
  });
  const over = once(engine, 'close').then(() => {
    assert.equal(errors, '');
    return { pid: engine.pid ?? 0, lines: out.split('\n').slice(0, -1) };
  });
  return { engine, ready, over };
}

const acknowledgedIn = ({ lines }: Life): string[] => lines.flatMap((line) => (line.startsWith('ack ') ? [line.slice(4)] : []));

function begunBy(file: string): ReadonlyMap<number, readonly string[]> {
  const begun = new Map<number, string[]>();
  const text = fs.existsSync(`${file}.begun`) ? fs.readFileSync(`${file}.begun`, 'utf8') : '';
  for (const line of text.split('\n')) {
    const [pid = '', ...step] = line.split(' ');
    begun.set(Number(pid), [...(begun.get(Number(pid)) ?? []), step.join(' ')]);
  }
  return begun;
}

describe('an engine that is killed', () => {
  const folder = temporaryFolders();

  it(`loses no announced outcome and does none again through ${kills} kills (seed ${seed})`, async () => {
    const file = path.join(folder(), '.cas', 'store.db');
    const random = randomFrom(seed);
    const lives: Life[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      const { engine, ready, over } = live(file, RUNS_A_ROUND + Math.floor(kill / 8));
      await Promise.race([ready, over]);
      await Promise.race([new Promise((resolve) => setTimeout(resolve, random() * 90)), over]);
      engine.kill('SIGKILL');
      lives.push(await over);
    }
    const last = await live(file, RUNS_A_ROUND + Math.floor(kills / 8)).over;
    assert.equal(last.lines.at(-1), 'finished', last.lines.join('\n'));
    lives.push(last);
    assertNothingRepeated(lives, begunBy(file));
    await assertAllCompleted(file, lives);
  });

  function assertNothingRepeated(lives: readonly Life[], begun: ReadonlyMap<number, readonly string[]>): void {
    const acknowledged = new Set<string>();
    for (const life of lives) {
      const again = (begun.get(life.pid) ?? []).filter((step) => acknowledged.has(step));
      assert.deepEqual(again, [], `done again after it was announced (seed ${seed})`);
      assert.ok(!life.lines.some((line) => line.startsWith('error')), life.lines.join('\n'));
      for (const step of acknowledgedIn(life)) acknowledged.add(step);
    }
    assert.ok(acknowledged.size > kills, 'too little was done between the kills to test anything');
  }

  async function assertAllCompleted(file: string, lives: readonly Life[]): Promise<void> {
    const store = await openStore({ file, clock: systemClock, log: { debug() {}, info() {}, warn() {}, error() {} } });
    try {
      const outcomes = new Set<string>();
      for (const { id } of await store.runs.list({ limit: 1_000 })) {
        const events = await store.runs.events(id);
        const view = viewOf(replay(events));
        assert.deepEqual([view.status, view.output], ['completed', 'end']);
        for (const event of events) if (event.type === 'step.succeeded') outcomes.add(`${id} ${event.path}`);
      }
      const lost = lives.flatMap(acknowledgedIn).filter((step) => !step.endsWith(' .') && !outcomes.has(step));
      assert.deepEqual(lost, [], `announced but not recorded (seed ${seed})`);
    } finally {
      await store.close();
    }
  }
});

// The harness is worth as much as what it catches: with each of these bugs in the engine it must report that breach within a few
// kills, and with none of them none. `CAS_SEED` sets the moments.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Bug, bugs } from '#test/crash/bugs.ts';
import { bundleChild } from '#test/crash/bundle.ts';
import { seed } from '#test/crash/kills.ts';
import { randomFrom } from '#test/crash/randomFrom.ts';
import { playRound } from '#test/crash/swarm.ts';

const KILLS_A_ROUND = 5;
const MAX_ROUNDS = 6;
/** Each keeps a processor busy. */
const LANES = 2;

interface Hunt {
  readonly title: string;
  readonly bug: Bug;
  readonly runtime: string;
  readonly random: () => number;
}

interface Catch {
  readonly kills: number;
  /** The breach that was looked for. */
  readonly found: string | null;
  readonly others: readonly string[];
}

const hunts = Object.entries(bugs).map(([title, bug], index): Hunt => {
  return { title, bug, runtime: index % 3 === 2 ? 'langgraph' : 'custom', random: randomFrom(seed + index) };
});

describe('the crash harness', () => {
  let folder = '';
  let catches: readonly Promise<Catch>[] = [];

  before(() => {
    folder = fs.mkdtempSync(path.join(tmpdir(), 'cas-bugs-'));
    catches = inLanes(hunts, hunt);
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  async function hunt({ title, bug, runtime, random }: Hunt): Promise<Catch> {
    const child = await bundleChild(fs.mkdtempSync(path.join(folder, 'bug-')), 'swarmChild', bug.patch);
    const others: string[] = [];
    let kills = 0;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const result = await playRound({ child, runtime, random, kills: KILLS_A_ROUND, bug: title });
      kills += result.kills;
      const found = result.breaches.find((breach) => bug.caughtAs.test(breach));
      if (found !== undefined) return { kills, found, others };
      others.push(...result.breaches);
    }
    return { kills, found: null, others };
  }

  for (const [index, { title, runtime }] of hunts.entries()) {
    it(`catches an engine that ${title} (${runtime}, seed ${seed})`, async () => {
      const { kills, found, others } = (await catches[index]) ?? { kills: 0, found: null, others: [] };
      assert.ok(found !== null, `not caught by ${kills} kills: ${others.join('\n')}`);
      console.log(`      ${kills} kills: ${found.split('\n')[0]?.slice(0, 120)}`);
    });
  }

  it('reports nothing of an engine without a bug', async () => {
    const child = await bundleChild(fs.mkdtempSync(path.join(folder, 'none-')), 'swarmChild');
    for (const runtime of ['custom', 'langgraph']) {
      const { breaches } = await playRound({ child, runtime, random: randomFrom(seed), kills: KILLS_A_ROUND });
      assert.deepEqual(breaches, []);
    }
  });
});

/** One result for each, in order. A failure is reported where its result is awaited. */
function inLanes<T, R>(all: readonly T[], work: (one: T) => Promise<R>): readonly Promise<R>[] {
  const lanes = Array.from({ length: LANES }, (): Promise<unknown> => Promise.resolve());
  return all.map((one, index) => {
    const result = (lanes[index % LANES] ?? Promise.resolve()).then(() => work(one));
    lanes[index % LANES] = result.catch(() => undefined);
    return result;
  });
}

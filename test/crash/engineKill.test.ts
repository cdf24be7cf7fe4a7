// Kills both runtimes with SIGKILL at random moments, on the real store, and lets the next process go on until all runs have
// ended. Promises under test: nothing announced is lost, nothing recorded runs again, no effect is had again once its result is
// stored, what is undone is undone once and in reverse, and no run is stuck. See verdict.ts for all of them.

import assert from 'node:assert/strict';
import { bundleChild } from '#test/crash/bundle.ts';
import { moments } from '#test/crash/interruptions.ts';
import { killsOf, limitMs, seed } from '#test/crash/kills.ts';
import { randomFrom } from '#test/crash/randomFrom.ts';
import { playRound } from '#test/crash/swarm.ts';
import { temporaryFolders } from '#test/support/temporaryFolder.ts';

const KILLS_A_ROUND = 20;
/** So many find every moment; fewer (by option) need not. */
const ENOUGH_KILLS = 200;
/** Each keeps a processor busy. */
const LANES = 2;

for (const runtime of ['custom', 'langgraph']) {
  describe(`the ${runtime} runtime, killed`, () => {
    const folder = temporaryFolders();
    const kills = killsOf(runtime === 'custom' ? 'engine custom' : 'engine langgraph');

    it(`loses, repeats and forgets nothing through ${kills} kills (seed ${seed})`, async () => {
      const child = await bundleChild(folder(), 'swarmChild');
      const interrupted = new Map<string, number>();
      const sum = { kills: 0, runs: 0, events: 0 };
      let left = kills;
      const lane = async (random: () => number): Promise<void> => {
        while (left > 0) {
          const share = Math.min(KILLS_A_ROUND, left);
          left -= share;
          const result = await playRound({ child, runtime, kills: share, random });
          assert.deepEqual(result.breaches, [], `seed ${seed}`);
          for (const [moment, times] of result.interrupted) interrupted.set(moment, (interrupted.get(moment) ?? 0) + times);
          sum.kills += result.kills;
          sum.runs += result.runs;
          sum.events += result.events;
        }
      };
      await Promise.all(Array.from({ length: LANES }, (_, index) => lane(randomFrom(seed + index))));
      console.log(`      ${sum.kills} kills, ${sum.runs} runs, ${sum.events} events announced, seed ${seed}`);
      for (const [moment, times] of interrupted) console.log(`      ${moment}: ${times} times`);
      assert.ok(sum.kills >= kills);
      if (kills >= ENOUGH_KILLS)
        assert.deepEqual(
          Object.keys(moments).filter((moment) => !interrupted.has(moment)),
          [],
          'never killed there',
        );
    }).timeout(limitMs(kills));
  });
}

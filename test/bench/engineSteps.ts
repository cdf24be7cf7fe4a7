// What the engine itself costs a step: no-op work, a store that takes everything at once and keeps nothing.

import { atMost, median, medianRatio, row, type Section, takeTurns } from '#test/bench/measure.ts';
import { microsPerStep } from '#test/bench/ownRuns.ts';
import { chainOf, definitionOf, fanOut, levels } from '#test/bench/shapes.ts';
import type { RunsRepository } from '#core/store/store.ts';
import { FakeRuns } from '#test/support/fakeStore.ts';

const ROUNDS = 21;
/** The short chain runs this often a sample, so that both chains are measured warm and over about the same time. */
const REPEATS = 100;

export async function run(): Promise<Section> {
  const short = definitionOf(chainOf(100));
  const long = definitionOf(chainOf(10_000));
  const parallel = definitionOf(levels(10, 10));
  const fan = definitionOf(fanOut(1_000));
  const narrow = definitionOf(fanOut(100));
  const small = definitionOf(chainOf(5));
  const once = (definition: typeof short, runCount = 1): Promise<number> => microsPerStep(keepsNothing(), definition, runCount);
  const samples = await takeTurns(
    {
      short: () => mean(REPEATS, () => once(short)),
      long: () => once(long),
      parallel: () => mean(10, () => once(parallel)),
      fan: () => once(fan),
      narrow: () => mean(REPEATS / 10, () => once(narrow)),
      small: () => once(small, 1_000),
    },
    ROUNDS,
  );
  const growth = medianRatio(samples.long, samples.short);
  return {
    title: 'The engine alone',
    about: 'The same runtime over a store that takes everything at once and keeps nothing: microseconds a step.',
    rows: [
      row('chain of 100', median(samples.short), 'µs', { floor: atMost(10) }),
      row('chain of 10,000', median(samples.long), 'µs', {
        ratio: { value: growth, of: 'times the chain of 100' },
        floor: atMost(1.3, 'ratio'),
      }),
      row('10 × 10', median(samples.parallel), 'µs'),
      row('1 → 100 → 1', median(samples.narrow), 'µs'),
      row('1 → 1,000 → 1', median(samples.fan), 'µs', {
        ratio: { value: medianRatio(samples.fan, samples.narrow), of: 'times 1 → 100 → 1' },
        floor: atMost(1.3, 'ratio'),
      }),
      row('1,000 runs of 5 at once', median(samples.small), 'µs'),
    ],
  };
}

/** What a store in memory keeps of a run would be counted as time of the engine: the collector moves all of it. */
function keepsNothing(): RunsRepository {
  return Object.assign(new FakeRuns(), { append: async () => {}, saveSnapshot: async () => {} });
}

async function mean(times: number, sample: () => Promise<number>): Promise<number> {
  let sum = 0;
  for (let n = 0; n < times; n += 1) sum += await sample();
  return sum / times;
}

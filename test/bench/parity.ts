// How long the table of compared features takes. What it says is checked too: a fast wrong table is worth nothing.

import { runtimeKinds } from '#core/runtimes/kinds.ts';
import { measureParity } from '#core/runtimes/parity/measure.ts';
import { createProbeHost } from '#node/probeHost.ts';
import { atMost, median, row, type Section, takeTurns } from '#test/bench/measure.ts';

const ROUNDS = 3;

export async function run(): Promise<Section> {
  const host = createProbeHost({ debug: () => {}, info: () => {}, warn: console.error, error: console.error });
  const tables = Object.fromEntries(
    runtimeKinds({}).map((kind) => [
      kind.id,
      async (): Promise<number> => {
        const { available, total, durationMs } = await measureParity(kind, host);
        if (available < total) throw new Error(`${kind.id} has ${available} of ${total} features`);
        return durationMs;
      },
    ]),
  );
  const samples = await takeTurns(tables, ROUNDS, 0);
  const whole = Array.from({ length: ROUNDS }, (_, round) =>
    Object.values(samples).reduce((sum, one) => sum + (one[round] ?? Number.NaN), 0),
  );
  return {
    title: 'What runtimes can do',
    about: 'All 24 probes of `cas parity` over throw-away stores, in memory and on the disk; the first round loads each runtime.',
    rows: [
      ...Object.entries(samples).map(([id, one]) => row(`24 probes of the ${id} runtime`, median(one), 'ms')),
      row('the whole table', median(whole), 'ms', { floor: atMost(5_000) }),
    ],
  };
}

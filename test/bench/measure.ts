// What every benchmark shares: rounds that take turns, medians, and the rows of the table with their floors.

/** A bound that makes the bench fail when it is not met. */
export interface Floor {
  readonly on: 'value' | 'ratio';
  readonly must: 'at most' | 'at least';
  readonly limit: number;
}

export interface Row {
  readonly name: string;
  /** Null: not measured, and `note` says why. */
  readonly value: number | null;
  readonly unit: string;
  readonly ratio: { readonly value: number; readonly of: string } | null;
  readonly floor: Floor | null;
  readonly note: string;
}

export interface Section {
  readonly title: string;
  /** How it was measured, in one or two sentences. */
  readonly about: string;
  readonly rows: readonly Row[];
}

/** `info`: no floor. `missing`: not measured. */
export type Verdict = 'met' | 'missed' | 'info' | 'missing';

export function row(name: string, value: number, unit: string, more: Partial<Omit<Row, 'name' | 'value' | 'unit'>> = {}): Row {
  return { name, value, unit, ratio: null, floor: null, note: '', ...more };
}

export function notMeasured(name: string, reason: string): Row {
  return { name, value: null, unit: '', ratio: null, floor: null, note: `not measured: ${reason}` };
}

export function verdictOf({ value, ratio, floor }: Row): Verdict {
  if (value === null) return 'missing';
  if (floor === null) return 'info';
  const measured = floor.on === 'value' ? value : (ratio?.value ?? Number.NaN);
  const met = floor.must === 'at most' ? measured <= floor.limit : measured >= floor.limit;
  return met ? 'met' : 'missed';
}

export function atMost(limit: number, on: Floor['on'] = 'value'): Floor {
  return { on, must: 'at most', limit };
}

export function atLeast(limit: number, on: Floor['on'] = 'value'): Floor {
  return { on, must: 'at least', limit };
}

export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (found === undefined) throw new Error('nothing was measured');
  return found;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** Median over rounds of `a` divided by `b` of the same round: what slows the machine down for a while slows both. */
export function medianRatio(a: readonly number[], b: readonly number[]): number {
  return median(a.map((value, round) => value / (b[round] ?? Number.NaN)));
}

/**
 * Measures the contenders one after the other, round by round, after `warmUps` rounds (default 1) that do not count. Every other round goes
 * backwards, so that nobody is always the one after the heaviest.
 */
export async function takeTurns<Name extends string>(
  contenders: Readonly<Record<Name, () => Promise<number> | number>>,
  rounds: number,
  warmUps = 1,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < warmUps + rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const sample = await contenders[name]();
      if (round >= warmUps) samples[name].push(sample);
    }
  }
  return samples;
}

/** Milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

// How sure the team is that an agent can do something: what its file declares, moved by outcomes and by what people say.

/** Sums over all that was recorded. A note that counts for several capabilities counts in parts. */
export interface Evidence {
  /** Executions that used the capability. */
  readonly runs: number;
  readonly succeeded: number;
  /** Sums of the shares of good and of bad notes. */
  readonly good: number;
  readonly bad: number;
}

export const NO_EVIDENCE: Evidence = { runs: 0, succeeded: 0, good: 0, bad: 0 };

/** What is declared weighs as much as this many runs. */
const PRIOR_RUNS = 20;
/** More runs weigh no more: ten thousand easy ones do not drown what people say. */
const MOST_RUNS = 200;
/** A person's note weighs as much as this many runs. */
const NOTE_RUNS = 3;

/**
 * Mean of a Beta distribution: the prior has the declared confidence as its mean and the weight of 20 runs; each run adds to one
 * side, all runs together 200 at most in their proportion, each note three. With 0 < declared ≤ 1 the result lies above 0 and is
 * 1 at most; without evidence it is what was declared; it does not depend on the order of things.
 */
export function confidenceOf(declared: number, { runs, succeeded, good, bad }: Evidence): number {
  const counted = Math.min(runs, MOST_RUNS);
  const succeededCounted = runs === 0 ? 0 : (succeeded / runs) * counted;
  const weight = PRIOR_RUNS + counted + NOTE_RUNS * (good + bad);
  return (PRIOR_RUNS * declared + succeededCounted + NOTE_RUNS * good) / weight;
}

/** Notes on an agent as a whole count for each of its capabilities. */
export function plus(a: Evidence, b: Evidence): Evidence {
  return { runs: a.runs + b.runs, succeeded: a.succeeded + b.succeeded, good: a.good + b.good, bad: a.bad + b.bad };
}

// How often randomised tests try, and from which seed: `CAS_FUZZ` sets the tries, `CAS_SEED` brings the same ones again.

export interface FuzzOptions {
  readonly seed: number;
  readonly numRuns: number;
}

/** `tries`: without `CAS_FUZZ`. `perRun`: how many of them one run of the property makes; default 1. A failure prints its seed. */
export function fuzzOptions(tries: number, perRun = 1): FuzzOptions {
  const seed = Number(process.env['CAS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  return { seed, numRuns: Math.ceil(Number(process.env['CAS_FUZZ'] ?? tries) / perRun) };
}

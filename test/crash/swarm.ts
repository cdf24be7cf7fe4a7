// One round of the crash harness: a store, processes that are killed one after the other while they work on it, a last one that
// may end, and the verdict.

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '#base/clock.ts';
import { openStore } from '#node/sqlite/openStore.ts';
import { countInterruptions } from '#test/crash/interruptions.ts';
import { live } from '#test/crash/kills.ts';
import { breaches } from '#test/crash/verdict.ts';
import { sightings } from '#test/crash/witness.ts';

/** Long enough that some processes end all they were given; those are no kills. */
const LATEST_KILL_MS = 160;

export interface Round {
  /** Of bundle.ts. */
  readonly child: string;
  readonly runtime: string;
  readonly kills: number;
  readonly random: () => number;
  /** One of bugs.ts. */
  readonly bug?: string;
}

export interface RoundResult {
  readonly kills: number;
  readonly runs: number;
  /** Events announced. */
  readonly events: number;
  readonly breaches: readonly string[];
  /** How many runs were about what when their process was killed. */
  readonly interrupted: ReadonlyMap<string, number>;
}

/** The folder of a round that found something without a seeded bug is kept; the breach names it. */
export async function playRound(round: Round): Promise<RoundResult> {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'cas-crash-'));
  const result = await playIn(path.join(folder, '.cas', 'store.db'), round);
  if (result.breaches.length > 0 && round.bug === undefined) return { ...result, breaches: [...result.breaches, `in ${folder}`] };
  fs.rmSync(folder, { recursive: true, force: true });
  return result;
}

async function playIn(file: string, { child, runtime, kills, random, bug }: Round): Promise<RoundResult> {
  const env = bug === undefined ? {} : { CAS_BUG: bug };
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const found: string[] = [];
  let made = 0;
  let sets = 1;
  for (let last = false; !last && found.length === 0;) {
    last = made >= kills;
    const { lines, errors, killed } = await live(
      [child, file, runtime, String(sets)],
      last ? null : { since: 'ready', afterMs: random() * LATEST_KILL_MS },
      env,
    );
    if (errors !== '') found.push(errors);
    if (killed) made += 1;
    else if (lines.at(-1) !== 'finished') found.push(`a process ended by itself: ${lines.at(-1)}`);
    if (!killed || made % 4 === 0) sets += 1;
  }
  const seen = sightings(file);
  const store = await openStore({ file, clock: systemClock, log: { debug() {}, info() {}, warn() {}, error() {} } });
  try {
    found.push(...(await breaches(store, seen)));
    const rows = await store.runs.list();
    const interrupted = new Map<string, number>();
    // A history that cannot be followed is a breach already.
    if (found.length === 0) for (const { id } of rows) countInterruptions(await store.runs.events(id), interrupted);
    return { kills: made, runs: rows.length, events: seen.filter(({ saw }) => saw === 'event').length, breaches: found, interrupted };
  } finally {
    await store.close();
  }
}

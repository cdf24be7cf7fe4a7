// How many kills each harness makes, and the seed of their moments. `CAS_KILLS` is the sum over all harnesses (default 1,000);
// `CAS_SEED` brings the same moments again.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** `care`: of each of its three kinds. */
const SHARES = {
  'engine custom': 0.39,
  'engine langgraph': 0.25,
  'cli custom': 0.2,
  'cli langgraph': 0.06,
  store: 0.055,
  care: 0.015,
} as const;

export const seed = Number(process.env['CAS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

export function killsOf(harness: keyof typeof SHARES): number {
  return Math.ceil(Number(process.env['CAS_KILLS'] ?? 1_000) * SHARES[harness]);
}

/** For mocha: generous on a busy machine, whatever `CAS_KILLS` says. */
export function limitMs(kills: number): number {
  return 600_000 + kills * 3_000;
}

export interface Life {
  /** Complete lines of its standard output. */
  readonly lines: readonly string[];
  readonly errors: string;
  /** It was killed before it ended by itself. */
  readonly killed: boolean;
}

export interface KillSpan {
  /** A moment within the span, in ms. */
  next(random: () => number): number;
  /** A life achieved nothing: the next ones get more time, since the machine may be busy. */
  tooShort(): void;
}

/** Moments of kills from 0 to `spanMs`, and later ones when those come too early to test anything. */
export function killSpan(spanMs: number): KillSpan {
  const longestMs = spanMs * 40;
  let now = spanMs;
  return {
    next: (random) => random() * now,
    tooShort: () => void (now = Math.min(now * 1.5, longestMs)),
  };
}

export interface KillMoment {
  readonly since: 'start' | 'ready';
  /** On a quiet machine; a slower one gets as much more time as its processes take to start. */
  readonly afterMs: number;
}

/** What a child takes at most from its start to `ready` on a quiet machine. */
const QUIET_START_MS = 400;
let slowness = 1;

/** Runs a program of bundle.ts, which says `ready`, and kills it; null lets it end. */
export async function live(argv: readonly [string, ...string[]], kill: KillMoment | null, env: NodeJS.ProcessEnv = {}): Promise<Life> {
  const compiled = path.join(path.dirname(argv[0]), 'compiled');
  const startedAt = performance.now();
  const child = spawn(process.execPath, argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: compiled, ...env },
  });
  let out = '';
  let errors = '';
  const closed = once(child, 'close');
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (!out.includes('ready\n')) return;
      slowness = Math.max(1, (performance.now() - startedAt) / QUIET_START_MS);
      resolve();
    });
  });
  if (kill !== null) {
    if (kill.since === 'ready') await Promise.race([ready, closed]);
    await Promise.race([new Promise((resolve) => setTimeout(resolve, kill.afterMs * slowness)), closed]);
    child.kill('SIGKILL');
  }
  await closed;
  return { lines: out.split('\n').slice(0, -1), errors, killed: child.signalCode === 'SIGKILL' };
}

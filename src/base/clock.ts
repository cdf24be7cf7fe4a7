// Time as a port: engine and breakers never read the real clock themselves.

import { type Disposable, toDisposable } from '#base/disposable.ts';

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `run` once after `delayMs` (≥ 0) unless disposed first. */
  setTimer(run: () => void, delayMs: number): Disposable;
}

const MAX_TIMER_MS = 2_147_483_647;

/** Delays beyond 24.8 days (what setTimeout can hold) are re-armed, not cut to 1 ms. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(run, delayMs) {
    const endAt = Date.now() + delayMs;
    let handle: ReturnType<typeof setTimeout>;
    const arm = (): void => {
      const left = endAt - Date.now();
      handle = left > MAX_TIMER_MS ? setTimeout(arm, MAX_TIMER_MS) : setTimeout(run, Math.max(0, left));
    };
    arm();
    return toDisposable(() => clearTimeout(handle));
  },
};

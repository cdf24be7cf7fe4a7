// The runtime under test behind a guard: whatever it throws, lacks or never answers becomes a fault, which is a measurement.
// What the host's store throws is not the runtime's fault and passes through.

import type { Clock } from '#base/clock.ts';
import { AppError, hasCode, isAppError, toErrorView } from '#base/errors.ts';

/** `parity.fault`: what the runtime did wrong in words; the error it threw is the cause. */
export function fault(message: string, cause?: unknown): AppError {
  return new AppError({ code: 'parity.fault', message, cause });
}

export function isFault(thrown: unknown): thrown is AppError {
  return hasCode(thrown, 'parity.fault');
}

/** Refusals that are answers of the store to a runtime; its other errors are the host's trouble. */
const ANSWERS = new Set(['store.conflict', 'store.duplicateKey', 'store.invalidText']);

export function isHostTrouble(thrown: unknown): boolean {
  return isAppError(thrown) && thrown.code.startsWith('store.') && !ANSWERS.has(thrown.code);
}

export interface GuardOptions {
  /** What the target is called in a fault. */
  readonly name: string;
  readonly clock: Clock;
  /** Longest it may take to answer one call, in ms. */
  readonly limitMs: number;
}

/** Calls pass through to `target`; a method it does not have is a fault when it is called. */
export function guarded<T extends object>(target: T, options: GuardOptions): T {
  return new Proxy(target, {
    get(_, key) {
      const member: unknown = Reflect.get(target, key, target);
      const call = `${options.name}.${String(key)}`;
      if (member === undefined) {
        return () => {
          throw fault(`${call} is not there`);
        };
      }
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => guardCall(call, () => Reflect.apply(member, target, args) as unknown, options);
    },
  });
}

function guardCall(call: string, run: () => unknown, options: GuardOptions): unknown {
  try {
    const answer = run();
    return answer instanceof Promise ? inTime(call, answer, options) : answer;
  } catch (error) {
    throw asFault(call, error);
  }
}

function inTime(call: string, answer: Promise<unknown>, { clock, limitMs }: GuardOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(() => reject(fault(`${call} did not answer within ${limitMs} ms`)), limitMs);
    answer.then(
      (value) => {
        timer.dispose();
        resolve(value);
      },
      (error: unknown) => {
        timer.dispose();
        reject(asFault(call, error));
      },
    );
  });
}

function asFault(call: string, error: unknown): unknown {
  if (isFault(error) || isHostTrouble(error)) return error;
  const { code, message } = toErrorView(error);
  return fault(`${call} failed: ${message} (${code})`, error);
}

/** The code a call is refused with; `accepted` when it is not, and the fault's words when it did not answer. */
export async function refusalOf(call: () => unknown): Promise<string> {
  try {
    await call();
    return 'accepted';
  } catch (error) {
    if (!isFault(error)) throw error;
    return isAppError(error.cause) ? error.cause.code : error.message;
  }
}

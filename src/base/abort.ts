// Cancellation helpers around AbortSignal.

import type { Clock } from '#base/clock.ts';

/** The error an abort is reported with, everywhere. */
export function abortError(): Error {
  const error = new Error('The operation was cancelled.');
  error.name = 'AbortError';
  return error;
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError();
}

/** Resolves after `delayMs`; rejects with an AbortError at once when the signal fires. */
export function sleep(delayMs: number, options: { clock: Clock; signal?: AbortSignal | undefined }): Promise<void> {
  return new Promise((resolve, reject) => {
    if (options.signal?.aborted) {
      reject(abortError());
      return;
    }
    const onAbort = (): void => {
      timer.dispose();
      reject(abortError());
    };
    const timer = options.clock.setTimer(() => {
      options.signal?.removeEventListener('abort', onAbort);
      resolve();
    }, delayMs);
    options.signal?.addEventListener('abort', onAbort, { once: true });
  });
}

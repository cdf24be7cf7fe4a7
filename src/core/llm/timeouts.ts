// Time limits around one streamed call. The vendors' SDKs wait for ever when a stream stalls in the middle; this does not.

import { abortError } from '#base/abort.ts';
import type { Clock } from '#base/clock.ts';
import type { Disposable } from '#base/disposable.ts';
import { type TimeoutPhase, timeoutError } from '#core/llm/errors.ts';

/** All in ms. */
export interface StreamLimits {
  /** Until the response's headers are there. Default 60,000. */
  readonly connectMs: number;
  /** From the headers to the first byte of the body: reasoning models think here. Default 300,000. */
  readonly firstByteMs: number;
  /** Between two chunks of bytes; keep-alive comments and pings count as life. Default 90,000. */
  readonly idleMs: number;
  /** The whole call. Default 600,000. */
  readonly totalMs: number;
}

export const defaultStreamLimits: StreamLimits = { connectMs: 60_000, firstByteMs: 300_000, idleMs: 90_000, totalMs: 600_000 };

type FetchLike = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

interface WatchOptions {
  readonly provider: string;
  readonly limits: StreamLimits;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Watches one call. Every wait goes through `race` or `guard`, so that it ends at the limit or at the caller's abort
 * even when the SDK swallows both. Dispose it in a `finally`: that also ends the request.
 */
export class StreamWatch implements Disposable {
  readonly controller = new AbortController();
  readonly #options: WatchOptions;
  /** Those who wait now. A promise of the end raced with each chunk would hold something of every chunk until the end. */
  readonly #waiters = new Set<(error: Error) => void>();
  readonly #total: Disposable;
  readonly #onAbort = (): void => this.#end(abortError());
  #phaseTimer: Disposable | undefined;
  #waiting = false;
  #sawByte = false;
  #failure: Error | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#total = options.clock.setTimer(() => this.#expire('total', options.limits.totalMs), options.limits.totalMs);
    if (options.signal.aborted) this.#onAbort();
    else options.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Why the watch ended the call: an AbortError or `llm.timeout`; undefined when it did not. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Give this to the SDK: it sees the headers and each chunk of bytes. */
  readonly fetch: FetchLike = async (url, init) => {
    const response = await globalThis.fetch(url, init);
    this.#arm('firstByte', this.#options.limits.firstByteMs);
    if (response.body === null) return response;
    const tap = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, out) => {
        this.#sawByte = true;
        if (this.#waiting) this.#armForData();
        out.enqueue(chunk);
      },
    });
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(tap), { status, statusText, headers });
  };

  /** Waits for the response under the connect limit. */
  async connect<T>(pending: Promise<T>): Promise<T> {
    this.#arm('connect', this.#options.limits.connectMs);
    return this.race(pending);
  }

  async race<T>(pending: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    if (this.#failure === undefined) this.#waiters.add(reject);
    else reject(this.#failure);
    pending.then(resolve, reject);
    try {
      return await promise;
    } finally {
      this.#waiters.delete(reject);
    }
  }

  /** The same items; the idle limit runs only while the consumer waits, so a slow consumer is no stall. */
  async *guard<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
    const iterator = source[Symbol.asyncIterator]();
    for (;;) {
      this.#waiting = true;
      this.#armForData();
      const step = await this.race(iterator.next());
      this.#waiting = false;
      this.#phaseTimer?.dispose();
      if (step.done === true) return;
      yield step.value;
    }
  }

  dispose(): void {
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#phaseTimer?.dispose();
    this.#total.dispose();
    this.controller.abort();
  }

  #armForData(): void {
    const { firstByteMs, idleMs } = this.#options.limits;
    if (this.#sawByte) this.#arm('idle', idleMs);
    else this.#arm('firstByte', firstByteMs);
  }

  #arm(phase: TimeoutPhase, limitMs: number): void {
    this.#phaseTimer?.dispose();
    if (this.#failure === undefined) this.#phaseTimer = this.#options.clock.setTimer(() => this.#expire(phase, limitMs), limitMs);
  }

  #expire(phase: TimeoutPhase, limitMs: number): void {
    this.#end(timeoutError({ provider: this.#options.provider }, phase, limitMs));
  }

  #end(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const reject of this.#waiters) reject(error);
    this.controller.abort();
  }
}

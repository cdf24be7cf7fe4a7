// The page's end of the transport. Says hello first and again when the host falls silent; every request settles:
// a reply, a failure, its time limit, an abort, another host, or the end of this connection.

import { abortError } from '#base/abort.ts';
import type { Clock } from '#base/clock.ts';
import { type Disposable, DisposableStore, toDisposable } from '#base/disposable.ts';
import { Emitter } from '#base/emitter.ts';
import { AppError, type ErrorView, fromErrorView } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import { PAGE_PROTOCOL, PULSE_MS } from '#protocol/pages/handshake.ts';
import type { HostFrame, PageFrame } from '#protocol/pages/transport.ts';

export interface PageTransport {
  post(frame: PageFrame): void;
  onMessage(listener: (frame: HostFrame) => void): Disposable;
}

export interface ConnectionOptions {
  readonly transport: PageTransport;
  readonly clock: Clock;
  /** Name of this load of the page. */
  readonly page: string;
}

/** `reconnecting`: nothing was heard for a while; what is shown may be old. */
export type Standing = { readonly kind: 'connecting' | 'live' | 'reconnecting' } | { readonly kind: 'refused'; readonly error: ErrorView };

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Default one minute. */
  readonly timeoutMs?: number;
}

export type Request =
  | { readonly kind: 'call'; readonly method: string; readonly args: readonly unknown[] }
  | { readonly kind: 'act'; readonly action: string; readonly arg: unknown };

/** Takes what a topic tells. `news` gives false when it does not follow from what is known; then a snapshot is asked for. */
export interface TopicFollower {
  snapshot(value: unknown, seq: number): void;
  news(items: readonly unknown[], seq: number): void;
  lost(error: ErrorView): void;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly release: () => void;
}

interface Followed {
  readonly follower: TopicFollower;
  /** Null until the first snapshot. */
  seq: number | null;
}

const TIMEOUT_MS = 60_000;
/** How often it looks whether the host is still there, in ms. */
const LOOK_MS = 1_000;
/** Silence after which the host counts as gone, in ms. */
export const SILENCE_MS = 2.5 * PULSE_MS;

export class PageConnection implements Disposable {
  readonly #options: ConnectionOptions;
  readonly #resources = new DisposableStore();
  readonly #pending = new Map<number, Pending>();
  readonly #topics = new Map<string, Followed>();
  readonly #standings = new Emitter<void>(reportLate);
  readonly onStanding = this.#standings.event;
  #standing: Standing = { kind: 'connecting' };
  #host: string | null = null;
  /** Requests from before the welcome. */
  #early: PageFrame[] = [];
  #heardAt: number;
  #nextId = 1;
  #look: Disposable | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#heardAt = options.clock.now();
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** Epoch ms of the last word of the host. */
  get heardAt(): number {
    return this.#heardAt;
  }

  start(): void {
    this.#resources.add(this.#options.transport.onMessage((frame) => this.#receive(frame)));
    this.#hello();
    this.#armLook();
  }

  /** Rejects with an AppError (`page.timeout`, `page.gone`, or what the host failed with), or an AbortError. */
  request(request: Request, { signal, timeoutMs = TIMEOUT_MS }: RequestOptions = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#resources.disposed) return reject(gone('This page was closed.'));
      if (this.#standing.kind === 'refused') return reject(fromErrorView(this.#standing.error));
      if (signal?.aborted) return reject(abortError());
      const { page } = this.#options;
      const id = this.#nextId;
      this.#nextId += 1;
      const giveUp = (error: Error): void => {
        this.#send({ kind: 'abort', page, id });
        this.#settle(id, (pending) => pending.reject(error));
      };
      const onAbort = (): void => giveUp(abortError());
      const timer = this.#options.clock.setTimer(() => giveUp(timedOut(timeoutMs)), timeoutMs);
      const release = (): void => {
        timer.dispose();
        signal?.removeEventListener('abort', onAbort);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#pending.set(id, { resolve, reject, release });
      this.#send(
        request.kind === 'call'
          ? { kind: 'call', page, id, method: request.method, args: withoutTrailingGaps(request.args) }
          : { kind: 'act', page, id, action: request.action, ...(request.arg !== undefined && { arg: request.arg as Json }) },
      );
    });
  }

  /** One follower per topic. */
  follow(topic: string, follower: TopicFollower): Disposable {
    this.#topics.set(topic, { follower, seq: null });
    if (this.#host !== null) this.resync(topic);
    return toDisposable(() => {
      this.#topics.delete(topic);
      this.#post({ kind: 'unfollow', page: this.#options.page, topic });
    });
  }

  /** Asks for a snapshot of a topic that is followed. */
  resync(topic: string): void {
    const followed = this.#topics.get(topic);
    if (followed === undefined) return;
    followed.seq = null;
    this.#post({ kind: 'follow', page: this.#options.page, topic });
  }

  dispose(): void {
    this.#resources.dispose();
    this.#look?.dispose();
    this.#rejectAll(gone('This page was closed.'));
    this.#topics.clear();
  }

  #receive(frame: HostFrame): void {
    if (frame.page !== this.#options.page) return;
    this.#heardAt = this.#options.clock.now();
    switch (frame.kind) {
      case 'welcome':
        return this.#welcome(frame);
      case 'refused':
        this.#rejectAll(fromErrorView(frame.error));
        return this.#stand({ kind: 'refused', error: frame.error });
      case 'reply':
        return this.#settle(frame.id, ({ resolve }) => resolve(frame.value));
      case 'failed':
        return this.#settle(frame.id, ({ reject }) => reject(fromErrorView(frame.error)));
      case 'snapshot':
      case 'news':
      case 'lost':
        return this.#tell(frame);
      case 'pulse':
        if (this.#standing.kind === 'reconnecting') this.#hello();
    }
  }

  #welcome(frame: Extract<HostFrame, { kind: 'welcome' }>): void {
    if (frame.protocol !== PAGE_PROTOCOL) return; // it refuses us in the next frame
    if (this.#host !== null && this.#host !== frame.host) this.#rejectAll(gone('The window was started anew.'));
    this.#host = frame.host;
    this.#stand({ kind: 'live' });
    const early = this.#early;
    this.#early = [];
    early.forEach((held) => this.#post(held));
    for (const topic of this.#topics.keys()) this.resync(topic);
  }

  #tell(frame: Extract<HostFrame, { kind: 'snapshot' | 'news' | 'lost' }>): void {
    const followed = this.#topics.get(frame.topic);
    if (followed === undefined) return;
    if (frame.kind === 'lost') return followed.follower.lost(frame.error);
    if (frame.kind === 'snapshot') {
      followed.seq = frame.seq;
      return followed.follower.snapshot(frame.value, frame.seq);
    }
    if (followed.seq === null) return; // a snapshot is on its way
    if (followed.seq !== frame.after) return this.resync(frame.topic);
    followed.seq = frame.seq;
    followed.follower.news(frame.items, frame.seq);
  }

  #settle(id: number, how: (pending: Pending) => void): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    pending.release();
    how(pending);
  }

  #rejectAll(error: AppError): void {
    for (const id of this.#pending.keys()) this.#settle(id, ({ reject }) => reject(error));
  }

  #hello(): void {
    this.#post({ kind: 'hello', page: this.#options.page, protocol: PAGE_PROTOCOL });
  }

  #armLook(): void {
    this.#look = this.#options.clock.setTimer(() => {
      this.#armLook();
      const silent = this.#options.clock.now() - this.#heardAt > SILENCE_MS;
      if (!silent || this.#standing.kind === 'refused') return;
      if (this.#standing.kind === 'live') this.#stand({ kind: 'reconnecting' });
      this.#hello();
    }, LOOK_MS);
  }

  #stand(standing: Standing): void {
    if (standing.kind === this.#standing.kind) return;
    this.#standing = standing;
    this.#standings.fire();
  }

  /** A host that did not greet us would not listen. */
  #send(frame: PageFrame): void {
    if (this.#host === null) this.#early.push(frame);
    else this.#post(frame);
  }

  #post(frame: PageFrame): void {
    this.#options.transport.post(frame);
  }
}

/** `undefined` does not cross the wire: at the end it is left out, as in a call. */
function withoutTrailingGaps(args: readonly unknown[]): Json[] {
  const last = args.findLastIndex((arg) => arg !== undefined);
  return args.slice(0, last + 1) as Json[];
}

function timedOut(timeoutMs: number): AppError {
  return new AppError({
    code: 'page.timeout',
    message: `No answer within ${Math.round(timeoutMs / 1000)} s.`,
    retryable: true,
    details: { timeoutMs },
  });
}

function gone(message: string): AppError {
  return new AppError({ code: 'page.gone', message, retryable: true });
}

/** What a listener throws reaches the page's console and stops nobody. */
function reportLate(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

// The host end of one page, without the editor in it. Everything a page sends is checked; what it may not send changes nothing.
// Every request is answered once, unless it was aborted or the page that asked is gone.

import type { z } from 'zod';
import type { Clock } from '#base/clock.ts';
import { type Disposable, DisposableStore } from '#base/disposable.ts';
import { toErrorView } from '#base/errors.ts';
import { pageBadArguments, pageNotAllowed, pageTooMany, pageUnknownTopic, pageVersion } from '#core/pages/errors.ts';
import type { PageCore, PagePort, TopicSource } from '#core/pages/ports.ts';
import { PageSession } from '#core/pages/pageSession.ts';
import type { Log } from '#core/ports.ts';
import type { CoreMethod } from '#protocol/api.ts';
import { argumentSchemas } from '#protocol/apiSchemas.ts';
import { PAGE_PROTOCOL, PULSE_MS } from '#protocol/pages/handshake.ts';
import { type HostFrame, type PageFrame, readPageFrame } from '#protocol/pages/transport.ts';

export type ActionSchemas = { readonly [action: string]: z.ZodType };
/** An action may be given up: `signal`. */
export type ActionHandlers<S extends ActionSchemas> = {
  readonly [A in keyof S]: (arg: z.infer<S[A]>, options: { readonly signal: AbortSignal }) => Promise<unknown>;
};

export interface PageHostOptions<S extends ActionSchemas> {
  /** Name of this host, new with each start. */
  readonly name: string;
  readonly port: PagePort;
  readonly core: PageCore;
  readonly methods: readonly CoreMethod[];
  readonly schemas: S;
  readonly actions: ActionHandlers<S>;
  /** Null: there is no such topic. */
  readonly topic: (name: string) => TopicSource | null;
  readonly clock: Clock;
  readonly log: Log;
}

/** A page that needs more has lost count of what it asked for. */
const MAX_REQUESTS = 200;
const MAX_TOPICS = 50;

/** Serves the page behind `port` until disposed. Opens the core when the page first asks for something of it. */
export function servePage<S extends ActionSchemas>(options: PageHostOptions<S>): Disposable {
  const host = new PageHost(options);
  host.start();
  return host;
}

class PageHost<S extends ActionSchemas> implements Disposable {
  readonly #options: PageHostOptions<S>;
  readonly #resources = new DisposableStore();
  readonly #allowed: ReadonlySet<string>;
  #session: PageSession | null = null;
  /** Answers for a hidden page, in their order. */
  #held: HostFrame[] = [];
  #pulse: Disposable | null = null;

  constructor(options: PageHostOptions<S>) {
    this.#options = options;
    this.#allowed = new Set(options.methods);
  }

  start(): void {
    const { port } = this.#options;
    this.#resources.add(port.onMessage((raw) => this.#receive(raw)));
    this.#resources.add(port.onVisibility(() => this.#visibilityChanged()));
    this.#armPulse();
  }

  dispose(): void {
    this.#resources.dispose();
    this.#pulse?.dispose();
    this.#session?.dispose();
    this.#session = null;
    this.#held = [];
  }

  #receive(raw: unknown): void {
    const frame = readPageFrame(raw);
    if (frame === null) {
      this.#options.log.warn('a page sent something that is no frame');
      return;
    }
    if (frame.kind === 'hello') this.#greet(frame);
    else if (frame.page === this.#session?.page) this.#obey(this.#session, frame);
  }

  #greet({ page, protocol }: Extract<PageFrame, { kind: 'hello' }>): void {
    if (page !== this.#session?.page) {
      this.#session?.dispose();
      this.#session = null;
      this.#held = [];
    }
    if (protocol !== PAGE_PROTOCOL) {
      this.#post({ page, kind: 'refused', protocol: PAGE_PROTOCOL, error: toErrorView(pageVersion(protocol, PAGE_PROTOCOL)) });
      return;
    }
    this.#session ??= new PageSession(page);
    this.#post({ page, kind: 'welcome', protocol: PAGE_PROTOCOL, host: this.#options.name });
  }

  #obey(session: PageSession, frame: Exclude<PageFrame, { kind: 'hello' }>): void {
    switch (frame.kind) {
      case 'call':
        return this.#answer(session, frame.id, () => this.#call(frame.method, frame.args));
      case 'act':
        return this.#answer(session, frame.id, (signal) => this.#act(frame.action, frame.arg, signal));
      case 'abort':
        return session.abort(frame.id);
      case 'follow':
        return this.#follow(session, frame.topic);
      case 'unfollow':
        return session.unfollow(frame.topic);
    }
  }

  #answer(session: PageSession, id: number, work: (signal: AbortSignal) => Promise<unknown>): void {
    const { page } = session;
    const fail = (error: unknown): void => this.#post({ page, kind: 'failed', id, error: toErrorView(error) });
    if (session.isBusyWith(id)) return;
    if (session.requests >= MAX_REQUESTS) return fail(pageTooMany('requests', MAX_REQUESTS));
    const signal = session.begin(id);
    const settle = (tell: () => void): void => {
      if (session.end(id)) tell();
    };
    work(signal).then(
      (value) => settle(() => this.#post({ page, kind: 'reply', id, ...(value !== undefined && { value }) })),
      (error: unknown) => settle(() => fail(error)),
    );
  }

  async #call(method: string, args: readonly unknown[]): Promise<unknown> {
    if (!this.#allowed.has(method)) throw pageNotAllowed(method);
    const name = method as CoreMethod;
    const parsed = argumentSchemas[name].safeParse(args);
    if (!parsed.success) throw pageBadArguments(name, parsed.error.issues[0]?.message ?? '');
    const api = await this.#options.core.get();
    const invoke = api.call.bind(api) as (method: CoreMethod, ...values: readonly unknown[]) => Promise<unknown>;
    return invoke(name, ...parsed.data);
  }

  async #act(action: string, arg: unknown, signal: AbortSignal): Promise<unknown> {
    const { schemas, actions } = this.#options;
    const schema = Object.hasOwn(schemas, action) ? schemas[action] : undefined;
    const handler = actions[action];
    if (schema === undefined || handler === undefined) throw pageNotAllowed(action);
    const parsed = schema.safeParse(arg);
    if (!parsed.success) throw pageBadArguments(action, parsed.error.issues[0]?.message ?? '');
    return handler(parsed.data as z.infer<S[string]>, { signal });
  }

  #follow(session: PageSession, topic: string): void {
    const { page } = session;
    const lost = (error: unknown): void => this.#post({ page, kind: 'lost', topic, error: toErrorView(error) });
    if (session.resync(topic)) return;
    if (session.topics >= MAX_TOPICS) return lost(pageTooMany('topics', MAX_TOPICS));
    const source = this.#options.topic(topic);
    if (source === null) return lost(pageUnknownTopic(topic));
    const { port, clock } = this.#options;
    session.follow({ page, topic, source, clock, visible: () => port.visible, post: (frame) => this.#post(frame) });
  }

  #visibilityChanged(): void {
    if (this.#options.port.visible) {
      const held = this.#held;
      this.#held = [];
      held.forEach((frame) => this.#options.port.post(frame));
    }
    this.#session?.visibilityChanged();
  }

  #post(frame: HostFrame): void {
    if (this.#options.port.visible) this.#options.port.post(frame);
    else this.#held.push(frame);
  }

  #armPulse(): void {
    this.#pulse = this.#options.clock.setTimer(() => {
      const { port } = this.#options;
      if (this.#session !== null && port.visible) port.post({ page: this.#session.page, kind: 'pulse' });
      this.#armPulse();
    }, PULSE_MS);
  }
}

// A page and its host on one wire, both on a clock that is moved: hidden pages lose what is posted, as in the editor.

import { DisposableStore, toDisposable } from '#base/disposable.ts';
import { Emitter } from '#base/emitter.ts';
import { type ActionHandlers, type ActionSchemas, servePage } from '#core/pages/pageHost.ts';
import type { PageCore, PageCoreState, PagePort, TopicSource } from '#core/pages/ports.ts';
import type { CoreApi, CoreEvent, CoreMethod } from '#protocol/api.ts';
import type { HostFrame } from '#protocol/pages/transport.ts';
import { FakeClock } from '#test/support/fakeClock.ts';
import { PageConnection } from '#ui/rpc/connection.ts';

const rethrow = (error: unknown): never => {
  throw error;
};
const silentLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export type Handlers = { readonly [method: string]: (...args: readonly unknown[]) => Promise<unknown> };

/** A core of a few methods. */
export class WiredCore implements PageCore {
  readonly calls: { readonly method: string; readonly args: readonly unknown[] }[] = [];
  readonly events = new Emitter<CoreEvent>(rethrow);
  readonly #handlers: Handlers;
  readonly #changed = new Emitter<PageCoreState>(rethrow);
  state: PageCoreState;
  readonly onDidChangeState = this.#changed.event;

  constructor(handlers: Handlers) {
    this.#handlers = handlers;
    this.state = { kind: 'ready', api: this.#api() };
  }

  async get(): Promise<CoreApi> {
    if (this.state.kind !== 'ready') throw Object.assign(new Error('not open'), { name: 'Error' });
    return this.state.api;
  }

  set(kind: 'opening' | 'ready'): void {
    this.state = kind === 'ready' ? { kind, api: this.#api() } : { kind };
    this.#changed.fire(this.state);
  }

  #api(): CoreApi {
    return {
      call: async (method: CoreMethod, ...args: readonly unknown[]) => {
        this.calls.push({ method, args });
        return this.#handlers[method]?.(...args);
      },
      subscribe: this.events.event,
      close: async () => {},
      dispose: () => {},
    } as CoreApi;
  }
}

export interface WireOptions<S extends ActionSchemas> {
  readonly core: WiredCore;
  readonly methods?: readonly CoreMethod[];
  readonly schemas: S;
  readonly actions: ActionHandlers<S>;
  readonly topic?: (name: string, clock: FakeClock) => TopicSource | null;
}

export class PageWire<S extends ActionSchemas> {
  readonly clock = new FakeClock();
  /** Everything that reached the page, in order. */
  readonly received: HostFrame[] = [];
  readonly #options: WireOptions<S>;
  readonly #resources = new DisposableStore();
  readonly #toHost = new Emitter<unknown>(rethrow);
  readonly #toPage = new Emitter<HostFrame>(rethrow);
  readonly #visibility = new Emitter<void>(rethrow);
  #visible = true;
  #losing = 0;
  #hosts = 0;
  #host = toDisposable(() => {});

  constructor(options: WireOptions<S>) {
    this.#options = options;
    this.#toPage.event((frame) => this.received.push(frame));
    this.restartHost();
  }

  /** The page as loaded once more; the one before is gone. */
  load(page = `page-${this.received.length}-${this.#hosts}`): PageConnection {
    const connection = this.#resources.add(
      new PageConnection({
        page,
        clock: this.clock,
        transport: { post: (frame) => this.send(frame), onMessage: (listener) => this.#toPage.event(listener) },
      }),
    );
    connection.start();
    return connection;
  }

  /** Whatever it is, the host gets it as if from the page. */
  send(raw: unknown): void {
    this.#toHost.fire(structuredClone(raw));
  }

  /** Whatever it is, the page gets it as if from the host. */
  deliver(frame: HostFrame): void {
    this.#toPage.fire(frame);
  }

  /** The next messages to the page are lost, though nobody knows. */
  lose(count: number): void {
    this.#losing = count;
  }

  restartHost(): void {
    this.#host.dispose();
    this.#hosts += 1;
    const { core, methods = [], schemas, actions, topic } = this.#options;
    this.#host = servePage({
      name: `host-${this.#hosts}`,
      port: this.#port(),
      core,
      methods,
      schemas,
      actions,
      topic: (name) => topic?.(name, this.clock) ?? null,
      clock: this.clock,
      log: silentLog,
    });
  }

  /** The host is there and says nothing more. */
  stopHost(): void {
    this.#host.dispose();
  }

  show(visible: boolean): void {
    this.#visible = visible;
    this.#visibility.fire();
  }

  dispose(): void {
    this.#resources.dispose();
    this.#host.dispose();
  }

  #port(): PagePort {
    const visible = (): boolean => this.#visible;
    return {
      get visible() {
        return visible();
      },
      post: (frame) => {
        if (!visible()) return;
        if (this.#losing > 0) this.#losing -= 1;
        else this.#toPage.fire(structuredClone(frame));
      },
      onMessage: this.#toHost.event,
      onVisibility: this.#visibility.event,
    };
  }
}

/** Lets everything that waits for nothing but promises go on. */
export async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
}

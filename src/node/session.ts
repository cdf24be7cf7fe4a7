// A CoreApi that outlives its owner: when the owner's process ends, this one takes over or attaches to the next.

import { type Disposable, toDisposable } from '#base/disposable.ts';
import { Emitter } from '#base/emitter.ts';
import { AppError, hasCode } from '#base/errors.ts';
import type { Log } from '#core/ports.ts';
import type { CoreApi, CoreEvent, CoreMethod } from '#protocol/api.ts';
import { readOnlyMethods } from '#protocol/apiSchemas.ts';

export interface Connection {
  readonly api: CoreApi;
  /** Resolves when this connection can no longer be used; for an owner's own only after it restored a backup. */
  readonly lost: Promise<void>;
}

export interface SessionOptions {
  /** Becomes the owner or attaches; `takeover` is true after an owner was lost. */
  readonly open: (takeover: boolean) => Promise<Connection>;
  readonly log: Log;
}

/** All there are: whatever the last owner did at its end was told to nobody. */
const LISTS: { readonly [L in Extract<CoreEvent, { kind: 'changed' }>['what']]: true } = {
  workflows: true,
  agents: true,
  proposals: true,
  runs: true,
  migrations: true,
  parity: true,
  audit: true,
  feedback: true,
  metrics: true,
};

export async function openSession(options: SessionOptions): Promise<CoreApi> {
  return new Session(options, await options.open(false));
}

class Session implements CoreApi {
  readonly #options: SessionOptions;
  readonly #events: Emitter<CoreEvent>;
  #current: Promise<Connection>;
  #subscription: Disposable | null = null;
  #closed = false;
  /** The last try to find or become an owner failed: the next call tries again. */
  #lost = false;

  constructor(options: SessionOptions, first: Connection) {
    this.#options = options;
    this.#events = new Emitter((error) => options.log.error('a listener of workspace events failed', {}, error));
    this.#current = Promise.resolve(first);
    this.#follow(first);
  }

  /** Read-only calls are sent again to the next owner; a call that changes something is not: it may have been done. */
  call = (async (method: CoreMethod, ...args: readonly unknown[]): Promise<unknown> => {
    for (let tries = 0; ; tries += 1) {
      if (this.#closed) throw closedError();
      if (this.#lost) this.#reconnect();
      const connection = await this.#current;
      const invoke = connection.api.call.bind(connection.api) as (name: CoreMethod, ...values: readonly unknown[]) => Promise<unknown>;
      try {
        return await invoke(method, ...args);
      } catch (error) {
        if (!hasCode(error, 'owner.gone') || tries >= 3 || !readOnlyMethods.has(method)) throw error;
        await connection.lost;
      }
    }
  }) as CoreApi['call'];

  subscribe(listener: (event: CoreEvent) => void): Disposable {
    const own = this.#events.event(listener);
    return toDisposable(() => own.dispose());
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#subscription?.dispose();
    this.#events.dispose();
    const connection = await this.#current.catch(() => null); // no owner was found: there is nothing to close
    await connection?.api.close();
  }

  dispose(): void {
    this.close().catch((error: unknown) => this.#options.log.error('the workspace did not close cleanly', {}, error));
  }

  #follow(connection: Connection): void {
    this.#subscription?.dispose();
    this.#subscription = connection.api.subscribe((event) => this.#events.fire(event));
    void connection.lost.then(() => this.#reconnect());
  }

  async #connect(): Promise<Connection> {
    const connection = await this.#options.open(true);
    this.#follow(connection);
    for (const what of Object.keys(LISTS) as (keyof typeof LISTS)[]) this.#events.fire({ kind: 'changed', what });
    return connection;
  }

  #reconnect(): void {
    if (this.#closed) return;
    this.#lost = false;
    this.#options.log.info('the owner of this workspace ended; taking over or attaching to the next');
    this.#current = this.#connect();
    this.#current.catch((error: unknown) => {
      this.#lost = true;
      this.#options.log.error('no owner could be found or become', {}, error);
    });
  }
}

function closedError(): AppError {
  return new AppError({ code: 'workspace.closed', message: 'This workspace session is closed.' });
}

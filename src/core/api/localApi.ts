// The API in the owner's process: one handler per method, and the live events of everything below.

import { type Disposable, DisposableStore } from '#base/disposable.ts';
import type { Emitter } from '#base/emitter.ts';
import { AppError } from '#base/errors.ts';
import type { Log } from '#core/ports.ts';
import type { CoreApi, CoreEvent, CoreMethod, CoreMethods } from '#protocol/api.ts';
import { argumentSchemas, isCoreMethod } from '#protocol/apiSchemas.ts';

export interface LocalApiOptions {
  readonly handlers: CoreMethods;
  readonly events: Emitter<CoreEvent>;
  readonly log: Log;
  /** Awaited once by close(). */
  readonly shutdown: () => Promise<void>;
}

export class LocalApi implements CoreApi {
  readonly #options: LocalApiOptions;
  readonly #resources = new DisposableStore();
  #closing: Promise<void> | null = null;

  constructor(options: LocalApiOptions) {
    this.#options = options;
    this.#resources.add(options.events);
  }

  call<M extends CoreMethod>(method: M, ...args: Parameters<CoreMethods[M]>): ReturnType<CoreMethods[M]> {
    const refused = refusal(method, args);
    if (refused !== null) return Promise.reject(refused) as ReturnType<CoreMethods[M]>;
    const handler = this.#options.handlers[method] as (...values: Parameters<CoreMethods[M]>) => ReturnType<CoreMethods[M]>;
    return handler(...args);
  }

  subscribe(listener: (event: CoreEvent) => void): Disposable {
    return this.#options.events.event(listener);
  }

  close(): Promise<void> {
    this.#closing ??= this.#options.shutdown().finally(() => this.#resources.dispose());
    return this.#closing;
  }

  dispose(): void {
    this.close().catch((error: unknown) => this.#options.log.error('the workspace did not close cleanly', {}, error));
  }
}

/** Callers in this process are held to what those at the socket are: a type says nothing about a value that came from elsewhere. */
function refusal(method: string, args: readonly unknown[]): AppError | null {
  if (!isCoreMethod(method)) return new AppError({ code: 'api.unknownMethod', message: `No method ${method}.`, details: { method } });
  const { error } = argumentSchemas[method].safeParse(args);
  const [issue] = error?.issues ?? [];
  if (issue === undefined) return null;
  const at = issue.path.slice(1).join('.');
  const message = `Bad arguments for ${method}: ${at === '' ? '' : `${at}: `}${issue.message}`;
  return new AppError({ code: 'api.badArguments', message, details: { method, at: issue.path.map(String) } });
}

// The runtimes of a workspace: those of CAS, and those others add.

import { type Disposable, DisposableStore, toDisposable } from '#base/disposable.ts';
import { runtimeNotFound } from '#core/api/resolve.ts';
import type { Runtime, RuntimeEvent } from '#core/engine/runtime.ts';
import type { RuntimeKind, RuntimePorts, RuntimeServices } from '#core/engine/runtimeKind.ts';
import { runtimeDuplicate } from '#core/runtimes/addedKinds.ts';

export interface RuntimesOptions {
  readonly ports: RuntimePorts;
  readonly onEvent: (event: RuntimeEvent) => void;
}

interface Registered {
  readonly kind: RuntimeKind;
  readonly runtime: Runtime;
  readonly services: RuntimeServices;
}

export class Runtimes implements Disposable {
  readonly #options: RuntimesOptions;
  readonly #all = new Map<string, Registered>();
  readonly #resources = new DisposableStore();

  constructor(options: RuntimesOptions) {
    this.#options = options;
  }

  /** In the order in which they were registered. */
  get kinds(): readonly RuntimeKind[] {
    return Array.from(this.#all.values(), ({ kind }) => kind);
  }

  /** Of each runtime, by id. */
  get services(): ReadonlyMap<string, RuntimeServices> {
    return new Map(Array.from(this.#all, ([id, { services }]) => [id, services]));
  }

  has(id: string): boolean {
    return this.#all.has(id);
  }

  /** Throws `runtime.notFound`. */
  get(id: string): Runtime {
    const found = this.#all.get(id);
    if (found === undefined) throw runtimeNotFound(id, this.#all.keys());
    return found.runtime;
  }

  /**
   * Makes a runtime of this kind and offers it under the kind's id. Disposal shuts it down: its runs stay resumable and are
   * out of reach until a runtime of that id is registered again. Throws `runtime.duplicate`.
   */
  register(kind: RuntimeKind): Disposable {
    const { id } = kind;
    if (this.#all.has(id)) throw runtimeDuplicate(id);
    const { ports, onEvent } = this.#options;
    const runtime = kind.create(ports);
    const own = new DisposableStore();
    own.add(runtime);
    own.add(runtime.subscribe(onEvent));
    own.add(toDisposable(() => void this.#all.delete(id)));
    this.#all.set(id, { kind, runtime, services: kind.services(runtime, ports) });
    return this.#resources.add(own);
  }

  /** Runs stay resumable. All are shut down, whichever of them fails; throws what the first one threw. */
  async shutdown(): Promise<void> {
    const ended = await Promise.allSettled(Array.from(this.#all.values(), ({ runtime }) => runtime.shutdown()));
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
  }

  dispose(): void {
    this.#resources.dispose();
  }
}

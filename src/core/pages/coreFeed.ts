// The live events of a core that may be opened anew: listeners stay, whichever core they come from.

import { type Disposable, DisposableStore } from '#base/disposable.ts';
import { Emitter } from '#base/emitter.ts';
import type { PageCore, PageCoreState } from '#core/pages/ports.ts';
import type { Log } from '#core/ports.ts';
import type { CoreEvent } from '#protocol/api.ts';

export class CoreFeed implements Disposable {
  readonly core: PageCore;
  readonly #resources = new DisposableStore();
  readonly #events: Emitter<CoreEvent>;
  readonly #states: Emitter<PageCoreState>;
  #following: Disposable | null = null;

  constructor(core: PageCore, log: Log) {
    this.core = core;
    const onListenerError = (error: unknown): void => log.error('a listener of a page failed', {}, error);
    this.#events = this.#resources.add(new Emitter<CoreEvent>(onListenerError));
    this.#states = this.#resources.add(new Emitter<PageCoreState>(onListenerError));
  }

  start(): void {
    this.#resources.add(this.core.onDidChangeState((state) => this.#take(state)));
    this.#take(this.core.state);
  }

  onEvent(listener: (event: CoreEvent) => void): Disposable {
    return this.#events.event(listener);
  }

  /** After each change of its state; when it is ready, its events are followed already. */
  onState(listener: (state: PageCoreState) => void): Disposable {
    return this.#states.event(listener);
  }

  dispose(): void {
    this.#following?.dispose();
    this.#resources.dispose();
  }

  #take(state: PageCoreState): void {
    this.#following?.dispose();
    this.#following = state.kind === 'ready' ? state.api.subscribe((event) => this.#events.fire(event)) : null;
    this.#states.fire(state);
  }
}

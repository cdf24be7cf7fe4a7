// What a run has to do next, in order: cancels first, then what follows from events, then tasks as there is room.

import type { InnerEffect } from '#core/engine/effects.ts';
import { Fifo } from '#base/fifo.ts';
import type { RunState } from '#core/engine/state.ts';

export class Agenda {
  readonly #state: RunState;
  readonly #held: boolean;
  readonly #maxParallelSteps: number;
  readonly #cancels = new Fifo<InnerEffect>();
  readonly #duties = new Fifo<InnerEffect>();
  /** Tasks that wait for room. */
  readonly #tasks = new Fifo<InnerEffect>();

  /** A held run records what it is told and goes on with nothing, except to its end when it is cancelled. */
  constructor(state: RunState, options: { readonly held: boolean; readonly maxParallelSteps: number }) {
    this.#state = state;
    this.#held = options.held;
    this.#maxParallelSteps = options.maxParallelSteps;
  }

  add(effect: InnerEffect): void {
    if (effect.kind === 'cancel') this.#cancels.add(effect);
    else if (effect.kind === 'dispatch' && this.#state.steps.get(effect.path)?.step.kind === 'task') this.#tasks.add(effect);
    else this.#duties.add(effect);
  }

  get hasNext(): boolean {
    return this.#cancels.size > 0 || (this.#moving && (this.#duties.size > 0 || (this.#tasks.size > 0 && this.#hasRoom)));
  }

  /** The next cancel alone; undefined when there is none. */
  nextCancel(): InnerEffect | undefined {
    return this.#cancels.take();
  }

  /** Undefined when there is nothing to do now: all is done, paused, or waits for room. */
  next(): InnerEffect | undefined {
    const cancel = this.#cancels.take();
    if (cancel !== undefined || !this.#moving) return cancel;
    return this.#duties.take() ?? (this.#hasRoom ? this.#tasks.take() : undefined);
  }

  get #moving(): boolean {
    const { status } = this.#state.phase;
    return status === 'cancelling' || (!this.#held && (status === 'executing' || status === 'compensating'));
  }

  get #hasRoom(): boolean {
    return this.#state.active.size < this.#maxParallelSteps;
  }
}

// The last message for each trigger that waits: for quiet, or for the run before it to end. One run at a time for each trigger.

import type { Clock } from '#base/clock.ts';
import type { Disposable } from '#base/disposable.ts';
import type { Trigger } from '#core/triggers/trigger.ts';
import type { BusMessage } from '#protocol/bus.ts';

interface Waiting {
  readonly trigger: Trigger;
  readonly message: BusMessage;
  readonly timer: Disposable | null;
}

export class Pending implements Disposable {
  readonly #clock: Clock;
  readonly #begin: (trigger: Trigger, message: BusMessage) => void;
  readonly #waiting = new Map<string, Waiting>();
  /** Run by trigger; '' while it is being started. */
  readonly #active = new Map<string, string>();

  constructor(clock: Clock, begin: (trigger: Trigger, message: BusMessage) => void) {
    this.#clock = clock;
    this.#begin = begin;
  }

  /** Begins with the newest message once it has been quiet for the trigger's debounce and its last run has ended. */
  add(trigger: Trigger, message: BusMessage): void {
    this.#waiting.get(trigger.id)?.timer?.dispose();
    const timer = this.#clock.setTimer(() => {
      this.#waiting.set(trigger.id, { trigger, message, timer: null });
      this.#next(trigger.id);
    }, trigger.debounceMs);
    this.#waiting.set(trigger.id, { trigger, message, timer });
  }

  /** It works on this run; '' while that is being started. */
  occupy(triggerId: string, runId: string): void {
    this.#active.set(triggerId, runId);
  }

  free(triggerId: string): void {
    this.#active.delete(triggerId);
    this.#next(triggerId);
  }

  ended(runId: string): void {
    for (const [trigger, run] of Array.from(this.#active)) if (run === runId) this.free(trigger);
  }

  dispose(): void {
    for (const { timer } of this.#waiting.values()) timer?.dispose();
    this.#waiting.clear();
  }

  #next(triggerId: string): void {
    const waiting = this.#waiting.get(triggerId);
    if (waiting === undefined || waiting.timer !== null || this.#active.has(triggerId)) return;
    this.#waiting.delete(triggerId);
    this.#begin(waiting.trigger, waiting.message);
  }
}

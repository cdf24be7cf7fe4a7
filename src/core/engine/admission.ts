// Who may begin when: a place for a run, and for a task at its agent or its provider. The engine asks; queue.ts answers.

import { type Disposable, toDisposable } from '#base/disposable.ts';
import type { RunEventOf } from '#protocol/runEvents.ts';

/** −100 to 100; greater goes first. A point is worth a minute of waiting, so nothing waits for ever. */
export type Priority = number;

export interface RunTicket {
  readonly runId: string;
  readonly workflow: string;
  readonly priority: Priority;
  /** Epoch ms before which it does not begin; null: at once. */
  readonly notBefore: number | null;
  /** Since when it waits; epoch ms. */
  readonly since: number;
}

export interface Admission {
  /** A place for the run now; null when it has to wait. Disposing the place gives it back. */
  tryRun(run: RunTicket): Disposable | null;
  /**
   * Calls `admitted` once there is a place, never inside this call. `prepare(true)`: it is among the next; `prepare(false)`: others
   * went before it again. Disposal takes the run out of the queue.
   */
  queueRun(run: RunTicket, admitted: (place: Disposable) => void, prepare?: (isNear: boolean) => void): Disposable;
  /** A place whatever the limits say: a person asked for it. It counts for the others. */
  takeRun(run: RunTicket): Disposable;
  /** Resolves with a place at this agent or provider. Rejects with AbortError. */
  enter(kind: 'agent' | 'provider', id: string, options: { readonly signal: AbortSignal }): Promise<Disposable>;
}

export function ticketOf(created: RunEventOf<'run.created'>): RunTicket {
  const { runId, workflow, priority = 0, notBefore = null, at } = created;
  return { runId, workflow, priority, notBefore, since: at };
}

const nothing = (): Disposable => toDisposable(() => {});

/** No queue: whatever asks begins. */
export const atOnce: Admission = {
  tryRun: nothing,
  takeRun: nothing,
  queueRun(_run, admitted) {
    let gone = false;
    queueMicrotask(() => {
      if (!gone) admitted(nothing());
    });
    return toDisposable(() => {
      gone = true;
    });
  },
  enter: async () => nothing(),
};

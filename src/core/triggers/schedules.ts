// Times that schedules name, told to the bus when they come. A time that passed while nobody was there is not made up for.

import { Cron } from 'croner';
import type { Clock } from '#base/clock.ts';
import type { Disposable } from '#base/disposable.ts';
import type { Trigger } from '#core/triggers/trigger.ts';

export interface Schedules extends Disposable {
  /** Epoch ms; null for a trigger that is not a schedule, or whose times are over. */
  nextAt(triggerId: string): number | null;
}

/** Calls `due` at each time of each schedule until it is disposed. */
export function runSchedules(triggers: readonly Trigger[], clock: Clock, due: (trigger: Trigger, dueAt: number) => void): Schedules {
  const timers = new Map<string, Disposable>();
  const next = new Map<string, number>();
  const arm = (trigger: Trigger): void => {
    const at = nextTime(trigger, clock.now());
    timers.delete(trigger.id);
    next.delete(trigger.id);
    if (at === null) return;
    next.set(trigger.id, at);
    const run = (): void => {
      arm(trigger);
      due(trigger, at);
    };
    timers.set(trigger.id, clock.setTimer(run, Math.max(0, at - clock.now())));
  };
  for (const trigger of triggers) arm(trigger);
  return {
    nextAt: (id) => next.get(id) ?? null,
    dispose() {
      for (const timer of timers.values()) timer.dispose();
      timers.clear();
    },
  };
}

/** The first time after `now`. */
export function nextTime({ spec }: Trigger, now: number): number | null {
  if (spec.on !== 'schedule') return null;
  const cron = new Cron(spec.cron, { mode: '5-or-6-parts', paused: true, ...(spec.timezone !== undefined && { timezone: spec.timezone }) });
  return cron.nextRun(new Date(now))?.getTime() ?? null;
}

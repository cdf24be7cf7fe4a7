// Triggers as people see them.

import type { JsonObject } from '#base/json.ts';

export interface TriggerView {
  /** `<workflow>/<id>`. */
  readonly id: string;
  readonly workflow: string;
  readonly on: string;
  /** In words: "files saved: src/**". */
  readonly title: string;
  /** Not switched off by itself. */
  readonly enabled: boolean;
  readonly runsLastHour: number;
  readonly maxPerHour: number;
  readonly runsLastDay: number;
  readonly maxPerDay: number;
  /** Epoch ms; of schedules. */
  readonly nextAt: number | null;
  readonly lastFiredAt: number | null;
}

export interface TriggerList {
  /** Somebody turned triggers on for this workspace. */
  readonly enabled: boolean;
  /** They are at work in the process that holds the workspace. */
  readonly armed: boolean;
  readonly triggers: readonly TriggerView[];
}

/** What an event would do; nothing is started. */
export interface TriggerTrial {
  readonly id: string;
  readonly matches: boolean;
  /** Why it matches or not. */
  readonly reason: string;
  /** Inputs of the run; null when it does not match. */
  readonly inputs: JsonObject | null;
  /** Why nothing would start all the same; null when a run would. */
  readonly heldBy: string | null;
}

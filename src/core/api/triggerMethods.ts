// API methods about triggers: what there are, what an event would do, on and off.

import { AppError } from '#base/errors.ts';
import type { Clock } from '#base/clock.ts';
import type { JsonObject } from '#base/json.ts';
import { badPayload, unknownType } from '#core/bus/errors.ts';
import { inputsOf, matchOf } from '#core/triggers/match.ts';
import { sampleFor } from '#core/triggers/sample.ts';
import { nextTime } from '#core/triggers/schedules.ts';
import { titleOf, type Trigger } from '#core/triggers/trigger.ts';
import type { Triggers } from '#core/triggers/triggers.ts';
import { didYouMean } from '#core/workflow/nearest.ts';
import type { CoreMethods } from '#protocol/api.ts';
import { type BusMessage, busTypeOf } from '#protocol/bus.ts';
import type { TriggerTrial, TriggerView } from '#protocol/trigger.ts';

type TriggerMethods = Pick<CoreMethods, Extract<keyof CoreMethods, `triggers.${string}`>>;

export interface TriggerMethodsDeps {
  readonly triggers: Triggers;
  readonly all: () => Promise<readonly Trigger[]>;
  readonly clock: Clock;
  readonly assertTrusted: () => void;
}

export function triggerMethods({ triggers, all, clock, assertTrusted }: TriggerMethodsDeps): TriggerMethods {
  /** By id, or all of a workflow. Throws `trigger.notFound`. */
  const chosen = async (name: string): Promise<readonly Trigger[]> => {
    const known = await all();
    const found = known.filter((one) => one.id === name || one.workflow === name);
    if (found.length > 0) return found;
    const names = new Set(known.flatMap((one) => [one.workflow, one.id]));
    throw new AppError({
      code: 'trigger.notFound',
      message: `There is no trigger or workflow with triggers ${name}. ${didYouMean(name, names)}`.trim(),
      details: { name },
    });
  };
  const viewOf = async (trigger: Trigger): Promise<TriggerView> => {
    const { id, workflow, spec, maxPerHour, maxPerDay } = trigger;
    const { hour, day, lastAt } = await triggers.counts(id);
    return {
      id,
      workflow,
      on: spec.on,
      title: titleOf(spec),
      enabled: !(await triggers.isOff(id)),
      runsLastHour: hour,
      maxPerHour,
      runsLastDay: day,
      maxPerDay,
      nextAt: nextTime(trigger, clock.now()),
      lastFiredAt: lastAt,
    };
  };
  const trialOf = async (
    trigger: Trigger,
    event: { readonly type: string; readonly payload: JsonObject } | undefined,
  ): Promise<TriggerTrial> => {
    const { type, payload } = event ?? sampleFor(trigger, clock.now());
    const message: BusMessage = { id: 'msg_trial', correlation_id: 'msg_trial', cause: null, version: 1, type, payload, at: clock.now() };
    const match = matchOf(trigger, message) ?? { matches: false, reason: `it does not look at ${type}` };
    if (!match.matches) return { id: trigger.id, ...match, inputs: null, heldBy: null };
    return { id: trigger.id, ...match, inputs: inputsOf(trigger, message), heldBy: await triggers.heldBy(trigger, message) };
  };
  return {
    'triggers.list': async () => ({
      enabled: await triggers.enabled(),
      armed: triggers.armed,
      triggers: await Promise.all((await all()).map((one) => viewOf(one))),
    }),
    'triggers.test': async ({ name, event }) => {
      if (event !== undefined) checkEvent(event);
      return Promise.all((await chosen(name)).map((one) => trialOf(one, event)));
    },
    'triggers.set': async ({ name, enabled }) => {
      if (enabled) assertTrusted();
      await triggers.set(name === undefined ? null : (await chosen(name)).map((one) => one.id), enabled);
    },
  };
}

function checkEvent({ type, payload }: { readonly type: string; readonly payload: JsonObject }): void {
  const spec = busTypeOf(type);
  if (spec === undefined) throw unknownType(type);
  const checked = spec.payload.safeParse(payload);
  const [issue] = checked.error?.issues ?? [];
  if (issue !== undefined) throw badPayload(type, `${issue.path.join('.') || 'it'}: ${issue.message}`);
}

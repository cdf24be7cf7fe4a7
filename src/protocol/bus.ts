// What travels on the message bus: one envelope, and the payload of each type. Names are past facts.

import { z } from 'zod';
import type { JsonObject } from '#base/json.ts';
import { jsonSchema, runEventTypes } from '#protocol/runEvents.ts';

/** As it is stored and sent; the two names with `_` are those of the message format. */
export interface BusMessage {
  /** Unique; a second message with an id that is there already is not published again. */
  readonly id: string;
  /** The same for all messages that go back to one beginning: a run's id for what a run says. */
  readonly correlation_id: string;
  /** Id of the message that led to this one. */
  readonly cause: string | null;
  /** Of the payload's schema. */
  readonly version: number;
  readonly type: string;
  readonly payload: JsonObject;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface BusType {
  readonly version: number;
  readonly description: string;
  readonly payload: z.ZodType;
  /** Kept in the store and can be replayed; others are told to who listens now. */
  readonly durable: boolean;
  /** May be published through the API; the others are the core's own. */
  readonly open: boolean;
}

const text = z.string().max(4_000);
const name = z.string().min(1).max(200);
const path = z.string().min(1).max(4_096);
const count = z.number().int().nonnegative();

/** A run's event in brief; the whole of it is event `seq` of that run. */
const runPayload = z.strictObject({
  runId: name,
  workflow: name,
  seq: z.number().int().positive(),
  /** Path of the step it is about. */
  path: z.string().nullable(),
  error: z.strictObject({ code: name, message: z.string() }).nullable(),
});

const ENDS: ReadonlySet<string> = new Set(['run.completed', 'run.partial', 'run.failed', 'run.cancelled']);

/** `run.completed` is `cas.run.completed`; `step.failed` is `cas.run.step.failed`. */
export const runBusType = (eventType: string): string => `cas.run.${eventType.replace(/^run\./, '')}`;

const runTypes = Object.fromEntries(
  runEventTypes.map((event): [string, BusType] => [
    runBusType(event),
    { version: 1, description: `The event ${event} of a run.`, payload: runPayload, durable: ENDS.has(event), open: false },
  ]),
);

const paths = z.array(path).min(1).max(10_000);
const live = { version: 1, durable: false } as const;
const kept = { version: 1, durable: true } as const;

/** Every type there is, besides `user.<name>`. */
export const busTypes: Readonly<Record<string, BusType>> = {
  ...runTypes,
  'cas.trigger.fired': {
    ...kept,
    open: false,
    description: 'A trigger started a run.',
    payload: z.strictObject({ trigger: name, workflow: name, runId: name, depth: z.number().int().positive() }),
  },
  'cas.trigger.held': {
    ...live,
    open: false,
    description: 'A trigger matched and started nothing.',
    payload: z.strictObject({ trigger: name, reason: text }),
  },
  'cas.schedule.due': {
    ...live,
    open: false,
    description: 'A time that a schedule names has come.',
    payload: z.strictObject({ trigger: name, dueAt: z.number() }),
  },
  'workspace.file.saved': {
    ...live,
    open: true,
    description: 'Files of the workspace were saved; paths relative to its root, with `/`.',
    payload: z.strictObject({ paths }),
  },
  'workspace.git.committed': {
    ...live,
    open: true,
    description: 'HEAD moved to another commit on the same branch.',
    payload: z.strictObject({ branch: z.string().max(500).nullable(), commit: name, before: name.nullable() }),
  },
  'workspace.git.switched': {
    ...live,
    open: true,
    description: 'Another branch was checked out.',
    payload: z.strictObject({ branch: z.string().max(500).nullable(), before: z.string().max(500).nullable() }),
  },
  'workspace.diagnostics.changed': {
    ...live,
    open: true,
    description: 'The problems that the editor shows changed; counts over the whole workspace.',
    payload: z.strictObject({ errors: count, warnings: count }),
  },
  'metric.recorded': {
    ...live,
    open: true,
    description: 'A figure was measured.',
    payload: z.strictObject({ name, value: z.number(), runId: name.optional(), workflow: name.optional() }),
  },
  'feedback.given': {
    ...kept,
    open: true,
    description: 'A person said how good something was; rating from 1 to 5.',
    payload: z.strictObject({ rating: z.number().int().min(1).max(5), text, runId: name.optional(), agent: name.optional() }),
  },
};

const userType: BusType = {
  ...kept,
  open: true,
  description: 'A message of your own.',
  payload: z.record(z.string(), jsonSchema),
};

/** Of `user.<name>` and of the types above; undefined for any other. */
export function busTypeOf(type: string): BusType | undefined {
  if (/^user\.[a-z][a-z0-9.-]{0,99}$/.test(type)) return userType;
  return Object.hasOwn(busTypes, type) ? busTypes[type] : undefined;
}

/** JSON Schema of the whole message, by type; `user.*` stands for messages of one's own. */
export function busSchemas(): Readonly<Record<string, JsonObject>> {
  const all = { ...busTypes, 'user.*': userType };
  return Object.fromEntries(Object.entries(all).map(([type, spec]) => [type, messageSchema(type, spec)]));
}

function messageSchema(type: string, spec: BusType): JsonObject {
  const envelope = z.strictObject({
    id: name,
    correlation_id: name,
    cause: name.nullable(),
    version: z.literal(spec.version),
    type: type === 'user.*' ? z.string().regex(/^user\.[a-z][a-z0-9.-]{0,99}$/) : z.literal(type),
    payload: spec.payload,
    at: z.number(),
  });
  return z.toJSONSchema(envelope.describe(spec.description)) as JsonObject;
}

// The spine: every durable fact about a run, gap-free `seq` from 1. Past facts only; commands are not here.

import { z } from 'zod';
import type { ErrorView } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import { spendingSchema } from '#protocol/spending.ts';
import { usageSchema } from '#protocol/usage.ts';

/** JSON values, typed as ours (read-only). */
export const jsonSchema = z.json() as unknown as z.ZodType<Json>;

export const errorViewSchema: z.ZodType<ErrorView> = z.object({
  code: z.string(),
  message: z.string(),
  retryable: z.boolean(),
  details: z.record(z.string(), jsonSchema),
});

export const runModeSchema = z.enum(['strict', 'auto', 'dry-run']);
export type RunMode = z.infer<typeof runModeSchema>;

/** Where a task failed for good: before its work, in it, at its time limit, when its result was taken, or when it was undone. */
export const failureStageSchema = z.enum(['prepare', 'assign', 'execute', 'timeout', 'deliver', 'compensate']);
export type FailureStage = z.infer<typeof failureStageSchema>;

/** Who did it: `person`, `engine`, or an agent id. */
const actor = z.string();

/**
 * The path of a step instance: keys joined with `/`; a loop pass is `key#2` (1-based), a map item `key[0]` (0-based).
 * Example: `repair#2/verify`. Unique within a run.
 */
const stepPath = z.string();

const shapes = {
  'run.created': {
    workflow: z.string(),
    /** The checked definition as it was at the start; a later edit of the file does not change this run. */
    definition: jsonSchema,
    /** Definitions of the sub-workflows it uses, by name. */
    library: z.record(z.string(), jsonSchema),
    /** SHA-256 (hex) of the definition's stable JSON. */
    definitionHash: z.string(),
    inputs: z.record(z.string(), jsonSchema),
    mode: runModeSchema,
    runtime: z.string(),
    title: z.string(),
    /** A language model was available at the start: `context.hasModel` of expressions, the same after a restart. Absent: false. */
    hasModel: z.boolean().optional(),
    /** Numbered engine behaviours this run was started with; replay honours them. */
    flags: z.array(z.string()),
    idempotencyKey: z.string().nullable(),
    /** How far ahead of others it goes where runs have to wait. Absent: 0. */
    priority: z.number().int().optional(),
    /** Epoch ms before which it does not begin. Absent: at once. */
    notBefore: z.number().optional(),
    /** Tags, budget and cache. Absent: none of them. */
    spending: spendingSchema.optional(),
    /** The run and version this one was forked from. */
    forkedFrom: z.object({ runId: z.string(), version: z.number().int() }).nullable(),
  },
  'run.parsed': {},
  'run.validated': { steps: z.number().int() },
  'run.started': {},
  'run.paused': { by: actor, reason: z.string() },
  'run.resumed': { by: actor },
  /** `compensate`: undo the completed steps that say how, before it ends. Absent: false. */
  'run.cancelRequested': { by: actor, reason: z.string(), compensate: z.boolean().optional() },
  'run.completed': { output: jsonSchema },
  'run.partial': { output: jsonSchema, reason: z.string() },
  'run.failed': { error: errorViewSchema },
  'run.cancelled': { reason: z.string() },
  /** Recovery after a crash: the steps that were in flight and will be run again. */
  'run.recovered': { interrupted: z.array(stepPath) },
  /**
   * The run went back: what was recorded after event `toSeq` no longer counts, though it stays in the history. `setAside` are the
   * steps that are open again; `redrive` is the one this was done for. Afterwards the run is paused.
   */
  'run.rewound': {
    toVersion: z.number().int().nonnegative(),
    toSeq: z.number().int().positive(),
    setAside: z.array(stepPath),
    redrive: stepPath.nullable(),
    by: actor,
    reason: z.string(),
  },
  /** Completed steps are undone in this order before the run ends. In a dry run they only would be. */
  'run.compensating': { steps: z.array(z.object({ path: stepPath, action: z.string() })) },

  'step.queued': { path: stepPath },
  'step.assigned': { path: stepPath, agent: z.string(), reason: z.string() },
  'step.started': { path: stepPath, attempt: z.number().int().positive() },
  'step.succeeded': {
    path: stepPath,
    attempt: z.number().int().nonnegative(),
    output: jsonSchema,
    /** One line for people: "12 findings in 48 files". */
    summary: z.string(),
    usage: z.array(usageSchema),
    durationMs: z.number().nonnegative(),
    /** Checkpoint version (v1, v2, …) created by this event. */
    version: z.number().int().positive(),
  },
  'step.failed': {
    path: stepPath,
    attempt: z.number().int().positive(),
    error: errorViewSchema,
    usage: z.array(usageSchema),
    durationMs: z.number().nonnegative(),
    /** Epoch ms of the next attempt; null when this was the last. */
    retryAt: z.number().nullable(),
    version: z.number().int().positive().nullable(),
  },
  'step.skipped': { path: stepPath, reason: z.string(), version: z.number().int().positive() },
  'step.cancelled': { path: stepPath, reason: z.string() },
  'step.overridden': { path: stepPath, output: jsonSchema, by: actor, reason: z.string(), version: z.number().int().positive() },
  'step.compensating': { path: stepPath, attempt: z.number().int().positive(), agent: z.string(), action: z.string() },
  /** `undoes`: the checkpoint version whose result no longer holds. */
  'step.compensated': {
    path: stepPath,
    attempt: z.number().int().positive(),
    undoes: z.number().int().positive(),
    output: jsonSchema,
    summary: z.string(),
    usage: z.array(usageSchema),
    durationMs: z.number().nonnegative(),
  },
  'step.compensationFailed': {
    path: stepPath,
    attempt: z.number().int().positive(),
    error: errorViewSchema,
    usage: z.array(usageSchema),
    durationMs: z.number().nonnegative(),
    /** Epoch ms of the next attempt; null when this was the last. */
    retryAt: z.number().nullable(),
  },
  /** The task that made the run fail, or whose compensation failed: it waits in the queue of dead letters. */
  'step.deadLettered': {
    path: stepPath,
    stage: failureStageSchema,
    error: errorViewSchema,
    attempts: z.number().int().positive(),
  },
  /** A loop pass, map items or a sub-workflow were opened under a composite step. `inputs`: those of the sub-workflow. */
  'scope.opened': {
    path: stepPath,
    iteration: z.number().int().positive(),
    items: z.array(jsonSchema).nullable(),
    inputs: z.record(z.string(), jsonSchema).optional(),
  },

  'decision.requested': {
    id: z.string(),
    path: stepPath,
    kind: z.enum(['gate', 'approval', 'question']),
    title: z.string(),
    detail: z.string(),
    options: z.array(z.object({ id: z.string(), label: z.string() })),
  },
  'decision.made': { id: z.string(), path: stepPath, choice: z.string(), reason: z.string(), by: actor },

  /** Thinking as data: a plan, a tool run, a critic's verdict or a branch taken. */
  'agent.recorded': {
    path: stepPath,
    agent: z.string(),
    kind: z.enum(['plan', 'model', 'tool', 'verdict', 'branch']),
    title: z.string(),
    data: jsonSchema,
    startedAt: z.number(),
    durationMs: z.number().nonnegative(),
    ok: z.boolean(),
  },
  'proposal.created': {
    path: stepPath,
    proposalId: z.string(),
    title: z.string(),
    files: z.number().int(),
    added: z.number().int(),
    removed: z.number().int(),
  },
} as const;

type Shapes = typeof shapes;
export type RunEventType = keyof Shapes;
/** Optional fields stay optional; an event without fields adds nothing. */
type Body<T extends RunEventType> = keyof Shapes[T] extends never ? unknown : z.infer<z.ZodObject<Shapes[T]>>;

interface Envelope {
  readonly runId: string;
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** An event before the engine gave it its place: no runId, seq or time. */
export type RunFact = { [T in RunEventType]: { readonly type: T } & Readonly<Body<T>> }[RunEventType];
export type RunEvent = { [T in RunEventType]: Envelope & { readonly type: T } & Readonly<Body<T>> }[RunEventType];
export type RunEventOf<T extends RunEventType> = Extract<RunEvent, { type: T }>;

export const runEventTypes = Object.keys(shapes) as readonly RunEventType[];

/** Validates an event from a file, a socket or an older version. */
export const runEventSchema = z.discriminatedUnion(
  'type',
  runEventTypes.map((type) =>
    z.object({
      type: z.literal(type),
      runId: z.string(),
      seq: z.number().int().positive(),
      at: z.number(),
      ...shapes[type],
    }),
  ) as unknown as [z.ZodObject<{ type: z.ZodLiteral<RunEventType> }>],
) as unknown as z.ZodType<RunEvent>;

/** Live only: streamed to who is listening, never stored, may be dropped under back-pressure. */
export type StepSignal =
  | { readonly type: 'text'; readonly path: string; readonly text: string }
  | { readonly type: 'reasoning'; readonly path: string; readonly text: string }
  /**
   * A call to a model begins, or begins again: then what was streamed since it began is void. Its end is the `agent.recorded`
   * event of kind `model`. `at`: epoch ms. `reason`: why the attempt before failed.
   */
  | {
      readonly type: 'model';
      readonly path: string;
      readonly phase: 'started' | 'restarted';
      readonly at: number;
      readonly reason?: string;
    }
  | { readonly type: 'progress'; readonly path: string; readonly message: string; readonly done?: number; readonly total?: number }
  | {
      readonly type: 'tool';
      readonly path: string;
      readonly tool: string;
      readonly phase: 'started' | 'ended';
      readonly title: string;
      readonly ok?: boolean;
      /** Epoch ms. Absent from an older version. */
      readonly at?: number;
    };

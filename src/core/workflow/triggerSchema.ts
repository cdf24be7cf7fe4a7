// What starts a workflow besides a person, as written in its file. Which message means what is in core/triggers.

import { Cron } from 'croner';
import { z } from 'zod';
import { DURATION_PATTERN } from '#core/workflow/duration.ts';
import { compileExpression } from '#core/workflow/expression.ts';

const ON_TEXT = 'one of `manual`, `schedule`, `event`, `save`, `commit`, `branch`, `diagnostics`, `metric`, `feedback`, `run`';
const PHRASE = { phrase: true };
const glob = z.string().min(1).max(500);
const globs = z.union([glob, z.array(glob).min(1).max(100)], { error: 'a glob or a list of globs' });

const common = {
  id: z
    .string()
    .max(64)
    .regex(/^[a-z][a-z0-9-]*$/, { error: 'a name of lower-case letters, digits and `-`' })
    .describe('Name of the trigger within its file. Default: what it is on, numbered from the second on.')
    .optional(),
  where: z
    .string()
    .min(1)
    .max(4000)
    .refine((source) => compiles(source), { error: 'an expression', params: PHRASE })
    .describe('Expression over `context.event`: it starts nothing when that is false.')
    .optional(),
  inputs: z.record(z.string(), z.unknown()).describe('Inputs of the run; strings may hold {{ context.event.payload.… }}.').optional(),
  mode: z.enum(['auto', 'strict']).describe('Default `auto`.').optional(),
  debounce: z
    .string()
    .regex(DURATION_PATTERN, { error: 'a duration such as "2s"' })
    .describe('Starts when it has been quiet for this long. Default "2s"; none for schedules.')
    .optional(),
  maxPerHour: z.number().int().min(1).max(60).describe('Runs in any hour. Default 6.').optional(),
  maxPerDay: z.number().int().min(1).max(500).describe('Runs in any 24 hours. Default 24.').optional(),
  maxCostUsdPerDay: z
    .number()
    .positive()
    .max(10_000)
    .describe('Starts nothing once its runs of 24 hours cost this much, as far as the cost is known.')
    .optional(),
};

export const triggerSchema = z.discriminatedUnion(
  'on',
  [
    z.strictObject({ on: z.literal('manual').describe('A person, and nothing else.'), ...common }),
    z.strictObject({
      on: z.literal('schedule').describe('A time.'),
      cron: z
        .string()
        .max(200)
        .refine((pattern) => isCron(pattern), { error: 'a cron pattern such as "0 3 * * 1-5"', params: PHRASE })
        .describe(
          'Cron pattern: minute, hour, day, month, weekday, seconds before them if need be; local time unless `timezone` says otherwise.',
        ),
      timezone: z
        .string()
        .refine((zone) => isZone(zone), { error: 'a time zone such as "Europe/Berlin"', params: PHRASE })
        .describe('Time zone of the pattern, such as "Europe/Berlin".')
        .optional(),
      ...common,
    }),
    z.strictObject({
      on: z.literal('event').describe('A message on the bus.'),
      type: z.string().min(1).max(200).describe('Its type, such as `user.deployed`.'),
      ...common,
    }),
    z.strictObject({
      on: z.literal('save').describe('A file of the workspace was saved.'),
      paths: globs.describe('Globs of the files; what git ignores never counts.'),
      ...common,
    }),
    z.strictObject({
      on: z.literal('commit').describe('A commit was made on the branch that is checked out.'),
      branches: globs.describe('Globs of branches. Default: all.').optional(),
      ...common,
    }),
    z.strictObject({
      on: z.literal('branch').describe('Another branch was checked out.'),
      branches: globs.describe('Globs of branches. Default: all.').optional(),
      ...common,
    }),
    z.strictObject({
      on: z.literal('diagnostics').describe('The problems shown in the editor reached a number.'),
      severity: z.enum(['error', 'warning']).describe('`warning` counts errors too. Default `error`.').optional(),
      atLeast: z.number().int().min(1).max(100_000).describe('How many. Default 1.').optional(),
      ...common,
    }),
    z.strictObject({
      on: z.literal('metric').describe('A metric passed a threshold.'),
      metric: z.string().min(1).max(200).describe('Its name.'),
      above: z.number().describe('When it becomes greater than this.').optional(),
      below: z.number().describe('When it becomes less than this.').optional(),
      ...common,
    }),
    z.strictObject({
      on: z.literal('feedback').describe('A person gave feedback.'),
      atMost: z.number().int().min(1).max(5).describe('Ratings up to this one, of 1 to 5. Default 5.').optional(),
      ...common,
    }),
    z.strictObject({
      on: z.literal('run').describe('Another run ended.'),
      workflow: z.string().min(1).max(64).describe('Of this workflow.'),
      status: z
        .array(z.enum(['completed', 'partial', 'failed', 'cancelled']))
        .min(1)
        .describe('How it ended. Default [completed].')
        .optional(),
      ...common,
    }),
  ],
  { error: ON_TEXT },
);

export type TriggerSpec = z.infer<typeof triggerSchema>;

function compiles(source: string): boolean {
  try {
    compileExpression(source);
    return true;
  } catch {
    return false; // the message of the schema says what is wrong
  }
}

function isCron(pattern: string): boolean {
  try {
    return new Cron(pattern, { mode: '5-or-6-parts', paused: true }).nextRun() !== null;
  } catch {
    return false; // the message of the schema says what is wrong
  }
}

function isZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // the message of the schema says what is wrong
  }
}

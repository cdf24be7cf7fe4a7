// The workflow file as people write it (catalogue row RT1). Descriptions become the hovers of the editor.
// Only shapes are checked here; what keys mean together is checked in normalise.ts and semantics.ts.

import { z } from 'zod';
import { DURATION_PATTERN, durationMs } from '#core/workflow/duration.ts';
import { triggerSchema } from '#core/workflow/triggerSchema.ts';

const DAY_MS = 86_400_000;
const DURATION_TEXT = 'a duration such as "90s", "5m" or a number of milliseconds, from 1 ms to 24 h';
const KEY_PATTERN = /^[A-Za-z][A-Za-z0-9_-]*$/;
const NAME_PATTERN = /^[a-z][a-z0-9-]*$/;

/** Marks a refinement whose message completes "must be …", as those of all other checks here do. */
const PHRASE = { phrase: true };

const duration = z.union(
  [
    z.number().int().min(1).max(DAY_MS),
    z
      .string()
      .regex(DURATION_PATTERN, { error: DURATION_TEXT, abort: true })
      .refine((text) => durationMs(text) >= 1 && durationMs(text) <= DAY_MS, { error: DURATION_TEXT, params: PHRASE }),
  ],
  { error: DURATION_TEXT },
);
const expression = z.string().min(1).max(4000);
const args = z.record(z.string(), z.unknown());
const key = z.string().max(64).regex(KEY_PATTERN, { error: 'a key of letters, digits, `_` and `-` that starts with a letter' });

const retry = z
  .union(
    [
      z.number().int().min(1).max(20),
      z.strictObject({
        maxAttempts: z.number().int().min(1).max(20).describe('Attempts in all, the first included: 1 to 20.').optional(),
        initialDelay: duration.describe('First wait; doubled each time. Default "500ms".').optional(),
        maxDelay: duration.describe('Longest wait between two attempts. Default "30s".').optional(),
      }),
    ],
    { error: 'a number of attempts from 1 to 20, or {maxAttempts, initialDelay, maxDelay}' },
  )
  .describe('How often to try: a number of attempts, or {maxAttempts, initialDelay, maxDelay}. Default 1 for actions, 3 for prompts.');

const gateSchema = z.strictObject({
  check: expression.describe('Expression: the gate passes when it is true. Without it only a person decides.').optional(),
  ask: z
    .enum(['never', 'strict', 'always'])
    .describe(
      '`never`: the check alone decides; `strict`: a person decides in strict mode; `always`: a person decides. Default `never` with a check, else `always`.',
    )
    .optional(),
  message: z.string().max(4000).describe('What the person is asked; may hold {{ expressions }}.').optional(),
});

const compensateSchema = z.strictObject({
  action: z.string().min(1).describe('Skill to run when a later step fails and the run is compensated.'),
  with: args.describe('Its arguments; strings may hold {{ expressions }}.').optional(),
});

const stepSchema = z.strictObject({
  key: key.describe('Name of the step in expressions and `dependsOn`; unique within its list.'),
  name: z.string().min(1).max(200).describe('Title shown to people. Default: the key.').optional(),
  agent: z
    .string()
    .min(1)
    .describe('Agent that does the step, such as `security`. Without it the router picks one by capability.')
    .optional(),
  capability: z.string().min(1).describe('What the agent must be able to do, such as `security.review`.').optional(),
  action: z.string().min(1).describe('Skill to run, such as `git.history`. Works without a language model.').optional(),
  with: args
    .describe(
      'Arguments of the action or sub-workflow. Strings may hold {{ expressions }}; one whole template keeps its type, and null leaves the key out.',
    )
    .optional(),
  prompt: z
    .string()
    .min(1)
    .max(65_536)
    .describe('Task in words; may hold {{ expressions }}. With an action, the agent reasons over its result when a model is there.')
    .optional(),
  dependsOn: z
    .union([z.string(), z.array(z.string()).max(1000)], { error: 'a step key or a list of step keys' })
    .describe('Keys of steps in the same list that must settle first. Without it the step starts at once.')
    .optional(),
  when: z
    .union([z.boolean(), expression], { error: 'an expression, or true or false' })
    .describe('Expression: the step is skipped when it is false or reads something that is not there.')
    .optional(),
  get loop() {
    return loopSchema.describe('Runs its steps again until a condition holds.').optional();
  },
  get map() {
    return mapSchema.describe('Runs its steps once for each element of a list.').optional();
  },
  workflow: z.string().min(1).describe('Name of another workflow to run as this step; `with` gives its inputs.').optional(),
  gate: gateSchema.describe('Lets the run go on only when a check holds or a person agrees.').optional(),
  retry: retry.optional(),
  timeout: duration.describe('Limit for one attempt: "90s", "5m" or milliseconds. Default: that of the agent, else 10 minutes.').optional(),
  provider: z.string().min(1).describe('Language-model provider for this step, such as `anthropic`.').optional(),
  model: z.string().min(1).describe('Language model for this step.').optional(),
  continueOnError: z.boolean().describe('The run goes on when this step fails; its result is null. Default false.').optional(),
  compensate: compensateSchema.describe('Undo action, run in reverse order when a later step fails.').optional(),
});

const loopSchema = z.strictObject({
  until: expression.describe('Expression looked at after each pass; sees the results of the pass. The loop ends when it is true.'),
  max: z.number().int().min(1).max(100).describe('Most passes: 1 to 100. Default 10.').optional(),
  steps: z
    .array(stepSchema)
    .min(1)
    .max(1000)
    .describe('Steps of one pass. They also see `iteration` and `last`, the results of the pass before.'),
});

const mapSchema = z.strictObject({
  over: expression.describe('Expression that gives the list, at most 10,000 elements.'),
  concurrency: z.number().int().min(1).max(64).describe('Elements worked on at the same time. Default 4.').optional(),
  steps: z.array(stepSchema).min(1).max(1000).describe('Steps for one element. They also see `item` and `index`.'),
});

const INPUT_TYPES = ['string', 'number', 'boolean', 'array', 'object'] as const;
const inputSchema = z.union(
  [
    z.enum(INPUT_TYPES),
    z.strictObject({
      type: z.enum(INPUT_TYPES).describe('Type of the value.'),
      description: z.string().max(1000).describe('What it is for, shown when it is asked.').optional(),
      required: z.boolean().describe('The run does not start without it. Default false.').optional(),
      default: z.unknown().describe('Value when none is given.').optional(),
      enum: z.array(z.unknown()).min(1).max(1000).describe('The only values allowed.').optional(),
    }),
  ],
  { error: `one of ${INPUT_TYPES.join(', ')}, or {type, description, required, default, enum}` },
);

export const workflowSchema = z.strictObject({
  $schema: z.string().describe('JSON Schema of this file, for editors.').optional(),
  name: z
    .string()
    .max(64)
    .regex(NAME_PATTERN, { error: 'a name of lower-case letters, digits and `-` that starts with a letter' })
    .describe('Name by which the workflow is run; lower-case with dashes.'),
  version: z.string().min(1).max(32).describe('Version of this workflow, such as "1.0.0". Default "1.0.0".').optional(),
  description: z.string().max(2000).describe('What it does, in a sentence or two.').optional(),
  triggers: z.array(triggerSchema).max(100).describe('What starts it besides a person.').optional(),
  inputs: z.record(key, inputSchema).describe('Values a run is started with; expressions see `inputs.<name>`.').optional(),
  steps: z.array(stepSchema).min(1).max(5000).describe('The work. Steps without `dependsOn` start at once and run side by side.'),
  output: expression.describe('Expression that gives the output of the run. Default: the results of all steps.').optional(),
  requires: z
    .array(z.enum(['model']))
    .describe('`model`: does not start without a language model.')
    .optional(),
  limits: z
    .strictObject({ maxParallelSteps: z.number().int().min(1).max(64).describe('Steps at the same time in one run: 1 to 64.').optional() })
    .describe('Limits of one run.')
    .optional(),
  runtime: z
    .string()
    .max(64)
    .regex(NAME_PATTERN, { error: 'the id of a runtime, such as `custom` or `langgraph`' })
    .describe('What it runs on: `custom` or `langgraph`. Default: the setting of the workspace.')
    .optional(),
});

export type RawWorkflow = z.infer<typeof workflowSchema>;
export type RawStep = z.infer<typeof stepSchema>;

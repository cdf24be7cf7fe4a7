// The front matter of an agent file: its keys, their limits and defaults.

import { z } from 'zod';
import type { AgentModels } from '#core/agents/definition.ts';
import { deliverableNames } from '#core/agents/deliverables.ts';
import { reasoningEfforts } from '#core/llm/modelTraits.ts';
import { routePolicies } from '#core/llm/routeOrder.ts';
import { preferenceOf } from '#core/llm/router.ts';

const line = z.string().trim().min(1).max(200);
const dotted = /^[a-z][a-zA-Z0-9]*(\.[a-z][a-zA-Z0-9]*)+$/;
const MINUTE_MS = 60_000;

/** `provider/model`, or a mapping; `provider` may be left out where the name of the model tells it. */
const preferred = z.preprocess(
  (value) => (typeof value === 'string' && value !== '' ? preferenceOf(value) : value),
  z.strictObject({ provider: z.string().min(1).nullable().default(null), model: z.string().min(1) }),
);

const modelsSchema = z
  .strictObject({
    prefer: z.array(preferred).max(20).default([]),
    policy: z.enum(routePolicies).nullable().default(null),
    /** Tokens. */
    context: z.int().min(1_000).max(10_000_000).nullable().default(null),
    images: z.boolean().default(false),
    reasoning: z.enum(reasoningEfforts).nullable().default(null),
  })
  .transform(({ context, ...rest }): AgentModels => ({ ...rest, contextTokens: context }));

export const MODEL_KEYS: readonly string[] = Object.keys(modelsSchema.in.shape);

export const agentSchema = z.strictObject({
  /** Also the name of the file: `<id>.md`. */
  id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'lower-case letters, digits and dashes, a letter first, at most 40'),
  name: line,
  role: line,
  description: z.string().trim().min(1).max(1_000),
  specializations: z.array(line).max(40).default([]),
  /** Capability → confidence above 0, at most 1. */
  capabilities: z
    .record(z.string().regex(dotted, '`area.verb`, such as `security.review`'), z.number().gt(0).max(1))
    .refine((found) => Object.keys(found).length > 0, 'a mapping with at least one capability'),
  tools: z.array(z.string()).default([]),
  skills: z.array(z.string()).default([]),
  /** A list alone is what it prefers by name. */
  models: z.preprocess((value) => (Array.isArray(value) ? { prefer: value } : value), modelsSchema.prefault({})),
  limits: z
    .strictObject({
      maxTurns: z.int().min(1).max(200).default(24),
      maxTokens: z.int().min(1_000).max(10_000_000).default(400_000),
      timeoutMs: z
        .int()
        .min(1_000)
        .max(240 * MINUTE_MS)
        .default(10 * MINUTE_MS),
    })
    .prefault({}),
  deliverable: z.enum(deliverableNames),
});

export const AGENT_KEYS: readonly string[] = Object.keys(agentSchema.shape);

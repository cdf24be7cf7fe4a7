// What a caller outside the owner's process may send: method names and argument shapes. Checked before anything runs.

import { z } from 'zod';
import type { CoreMethod } from '#protocol/api.ts';
import { agentDetailArguments } from '#protocol/agentDetail.ts';
import { approvalSchemas } from '#protocol/approval.ts';
import { auditArguments } from '#protocol/audit.ts';
import { agentFileArguments } from '#protocol/agentFiles.ts';
import { steeringArguments } from '#protocol/steering.ts';
import { thinkingArguments } from '#protocol/thinking.ts';
import { migrationArguments, migrationReads } from '#protocol/migration.ts';
import { feedbackArguments } from '#protocol/feedback.ts';
import { metricsArguments } from '#protocol/metrics.ts';
import { runPageSchemas } from '#protocol/runPage.ts';
import { jsonSchema as json, type RunEventType, runEventTypes, runModeSchema } from '#protocol/runEvents.ts';
import { partsSchema, reviewSchemas } from '#protocol/review.ts';
import { budgetSchema, costGroups, spendingSchema, tagSchema } from '#protocol/spending.ts';

const id = z.string().min(1).max(200);
const version = z.number().int().nonnegative();
const title = z.string().max(500);
const reason = z.string().max(10_000);
const target = z.strictObject({
  proposalId: id,
  path: z.string().optional(),
  hunk: z.string().optional(),
  parts: partsSchema.min(1).optional(),
  confirmed: z.array(z.string()).max(1_000).optional(),
});

/** On this platform or the other. */
function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') || /^(?:[a-z]:)?\\/i.test(path);
}

/** One tuple schema per method; unknown fields are refused. */
export const argumentSchemas = {
  'workspace.info': z.tuple([]),
  'workflows.list': z.tuple([]),
  'workflows.check': z.tuple([z.strictObject({ name: z.string().optional(), text: z.string().optional(), file: z.string().optional() })]),
  'agents.list': z.tuple([]),
  'agents.get': z.tuple([id]),
  'agents.resetBreakers': z.tuple([id]),
  'runs.start': z.tuple([
    z.strictObject({
      workflow: id,
      inputs: z.record(z.string(), json).optional(),
      mode: runModeSchema,
      title: title.optional(),
      runtime: z.string().optional(),
      idempotencyKey: z.string().max(500).optional(),
      priority: z.number().int().min(-100).max(100).optional(),
      notBefore: z.number().nonnegative().optional(),
      tags: spendingSchema.shape.tags,
      budget: budgetSchema.optional(),
      cache: z.boolean().optional(),
    }),
  ]),
  'runs.list': z.tuple([z.strictObject({ limit: z.number().int().positive().optional(), workflow: z.string().optional() }).optional()]),
  'runs.get': z.tuple([id]),
  'runs.events': z.tuple([
    z.strictObject({
      id,
      afterSeq: z.number().int().nonnegative().optional(),
      limit: z.number().int().positive().optional(),
      types: z.array(z.enum(runEventTypes as [RunEventType, ...RunEventType[]])).optional(),
    }),
  ]),
  'runs.history': z.tuple([z.union([id, z.strictObject({ id, step: z.string().optional(), since: version.optional() })])]),
  'runs.state': z.tuple([z.strictObject({ id, version })]),
  'runs.diff': z.tuple([z.strictObject({ id, from: version, to: version })]),
  'runs.fork': z.tuple([z.strictObject({ id, version, inputs: z.record(z.string(), json).optional(), title: title.optional() })]),
  'runs.rollback': z.tuple([z.strictObject({ id, version, reason })]),
  'runs.report': z.tuple([id]),
  'runs.pause': z.tuple([z.strictObject({ id, reason: reason.optional() })]),
  'runs.resume': z.tuple([id]),
  'runs.cancel': z.tuple([z.strictObject({ id, reason: reason.optional(), compensate: z.boolean().optional() })]),
  'runs.override': z.tuple([z.strictObject({ id, path: z.string(), output: json, reason })]),
  'runs.decide': z.tuple([z.strictObject({ id, decisionId: id, choice: z.string(), reason })]),
  'bus.publish': z.tuple([z.strictObject({ type: id, payload: z.record(z.string(), json), id: id.optional() })]),
  'bus.replay': z.tuple([
    z
      .strictObject({ after: id.optional(), types: z.array(id).max(100).optional(), limit: z.number().int().positive().optional() })
      .optional(),
  ]),
  'bus.schemas': z.tuple([]),
  'triggers.list': z.tuple([]),
  'triggers.test': z.tuple([
    z.strictObject({ name: id, event: z.strictObject({ type: id, payload: z.record(z.string(), json) }).optional() }),
  ]),
  'triggers.set': z.tuple([z.strictObject({ name: id.optional(), enabled: z.boolean() })]),
  'queue.status': z.tuple([]),
  'runtimes.status': z.tuple([]),
  'parity.run': z.tuple([z.strictObject({ runtime: id.optional(), feature: id.optional() }).optional()]),
  'parity.latest': z.tuple([z.strictObject({ runtime: id.optional() }).optional()]),
  'parity.outcomes': z.tuple([z.strictObject({ feature: id, runtime: id, limit: z.number().int().positive().max(1000).optional() })]),
  'parity.history': z.tuple([z.strictObject({ runtime: id.optional(), limit: z.number().int().positive().optional() }).optional()]),
  'dlq.list': z.tuple([z.strictObject({ all: z.boolean().optional() }).optional()]),
  'dlq.redrive': z.tuple([id]),
  'dlq.discard': z.tuple([z.strictObject({ id, reason })]),
  'store.info': z.tuple([]),
  'store.backup': z.tuple([z.strictObject({ file: z.string().min(1).max(4_096).refine(isAbsolutePath, 'The path must be absolute.') })]),
  'store.restore': z.tuple([
    z.strictObject({ from: z.string().min(1).max(4_096).refine(isAbsolutePath, 'The path must be absolute.').nullable() }),
  ]),
  'store.compact': z.tuple([]),
  'store.prune': z.tuple([z.strictObject({ dryRun: z.boolean().optional() }).optional()]),
  'costs.report': z.tuple([z.strictObject({ by: z.enum(costGroups), since: z.number().nonnegative().optional(), run: id.optional() })]),
  'budgets.get': z.tuple([]),
  'budgets.set': z.tuple([
    z.strictObject({
      scope: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('day') }),
        z.strictObject({ kind: z.literal('tag'), tag: tagSchema }),
      ]),
      budget: budgetSchema.nullable(),
    }),
  ]),
  'runs.estimate': z.tuple([id]),
  'providers.list': z.tuple([]),
  'providers.test': z.tuple([z.strictObject({ provider: id, model: id.optional() })]),
  ...reviewSchemas,
  'proposals.list': z.tuple([z.strictObject({ runId: id.optional(), open: z.boolean().optional() }).optional()]),
  'proposals.get': z.tuple([id]),
  'proposals.text': z.tuple([z.strictObject({ id, path: z.string(), side: z.enum(['base', 'proposed', 'accepted']) })]),
  'proposals.diff': z.tuple([id]),
  'proposals.accept': z.tuple([z.strictObject({ target, commit: z.boolean().optional() })]),
  'proposals.reject': z.tuple([target]),
  'proposals.undo': z.tuple([id]),
  ...agentDetailArguments,
  ...agentFileArguments,
  ...steeringArguments,
  ...thinkingArguments,
  ...approvalSchemas,
  ...auditArguments,
  ...migrationArguments,
  ...metricsArguments,
  ...feedbackArguments,
  ...runPageSchemas,
} as const satisfies { readonly [M in CoreMethod]: z.ZodType };

/** Methods that change nothing, or only measure anew: safe to send again when the owner went away before it answered. */
export const readOnlyMethods: ReadonlySet<CoreMethod> = new Set<CoreMethod>([
  ...migrationReads,
  'workspace.info',
  'workflows.list',
  'workflows.check',
  'agents.list',
  'agents.get',
  'agents.detail',
  'agents.problems',
  'runs.thinking',
  'agents.check',
  'agents.template',
  'approvals.list',
  'trust.list',
  'audit.list',
  'audit.verify',
  'audit.export',
  'feedback.list',
  'feedback.outcome',
  'metrics.report',
  'metrics.export',
  'runs.list',
  'runs.page',
  'runs.workflows',
  'runs.get',
  'runs.events',
  'runs.history',
  'runs.state',
  'runs.diff',
  'dlq.list',
  'runs.report',
  'bus.replay',
  'bus.schemas',
  'triggers.list',
  'triggers.test',
  'queue.status',
  'runtimes.status',
  'parity.run',
  'parity.latest',
  'parity.history',
  'parity.outcomes',
  'store.info',
  'costs.report',
  'budgets.get',
  'runs.estimate',
  'providers.list',
  'proposals.list',
  'proposals.get',
  'proposals.sheet',
  'proposals.text',
  'proposals.diff',
]);

export function isCoreMethod(name: string): name is CoreMethod {
  return Object.hasOwn(argumentSchemas, name);
}

// How well it all works, in figures that were measured. A rate or percentile without a sample is null, never zero.

import { z } from 'zod';

/** Money in micro US dollars. */
export interface RunFigures {
  /** Runs that ended. */
  readonly runs: number;
  readonly completed: number;
  readonly partial: number;
  readonly failed: number;
  readonly cancelled: number;
  /** 0 to 1: completed of those that ended by themselves; cancelled runs do not count. */
  readonly successRate: number | null;
  /** From the start of its first step to its end, ms; over the runs that ended by themselves. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** Attempts of steps beyond the first. */
  readonly retries: number;
}

/** Of model calls, counted when they were made, also those of runs that go on. */
export interface CallFigures {
  readonly calls: number;
  readonly costMicroUsd: number;
  /** Calls whose price is not known: they are not in the cost. */
  readonly unpricedCalls: number;
  readonly inputTokens: number;
  /** Part of the input tokens. */
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  /** Calls whose vendor did not report all their tokens: what is missing is not in the sums. */
  readonly uncountedCalls: number;
}

export type Totals = RunFigures & CallFigures;

export interface MetricsBucket extends Totals {
  /** Epoch ms at which it begins. */
  readonly at: number;
}

export interface WorkflowFigures extends Totals {
  readonly workflow: string;
}

export interface AgentFigures extends CallFigures {
  readonly agent: string;
  readonly executions: number;
  readonly succeeded: number;
  readonly meanMs: number | null;
  /** Over the newest executions of the window, 10,000 of all agents at most. */
  readonly p95Ms: number | null;
}

export interface ErrorFigures {
  readonly code: string;
  readonly agent: string;
  readonly count: number;
  /** Epoch ms of the newest. */
  readonly lastAt: number;
  /** In as many parts as the report has buckets. */
  readonly trend: readonly number[];
}

export const sloIds = ['success', 'duration', 'cost'] as const;

/** `burn`: how fast the budget is spent: 1 spends exactly all of it in the window. Null without a sample. */
export interface SloLine {
  readonly id: (typeof sloIds)[number];
  /** Ms, or micro US dollars; null for success. */
  readonly limit: number | null;
  /** Share of runs that must keep it, 0 to 1. */
  readonly objective: number;
  /** Of the last 28 days. */
  readonly runs: number;
  readonly bad: number;
  /** Share of the budget that is left, 1 at most; below 0 when more than all of it is spent. */
  readonly budgetLeft: number | null;
  readonly burn: {
    readonly hour: number | null;
    readonly sixHours: number | null;
    readonly day: number | null;
    readonly threeDays: number | null;
  };
  /** Ms until the budget is spent if it goes on as in the last day; null when it lasts. */
  readonly spentInMs: number | null;
}

export interface MetricsReport {
  /** Epoch ms; `since` is moved to the beginning of its hour. */
  readonly since: number;
  readonly until: number;
  readonly workflow: string | null;
  readonly agent: string | null;
  readonly totals: Totals;
  /** The same over the time as long, just before. */
  readonly before: Totals;
  readonly bucketMs: number;
  readonly series: readonly MetricsBucket[];
  /** Dearest first, then most runs. */
  readonly workflows: readonly WorkflowFigures[];
  /** Most tokens first, then most executions. */
  readonly agents: readonly AgentFigures[];
  /** Most first. */
  readonly errors: readonly ErrorFigures[];
  readonly runtimes: readonly { readonly runtime: string; readonly runs: number }[];
  readonly system: { readonly breakerOpenings: number; readonly messages: number };
  /** Of the last 28 days up to `until`, for the same workflow and agent. */
  readonly slo: readonly SloLine[];
  /** How long the database took, ms. */
  readonly queryMs: number;
}

const moment = z.number().nonnegative();
export const metricsQuerySchema = z.strictObject({
  /** Epoch ms. Default: seven days before `until`. */
  since: moment.optional(),
  /** Default: now. */
  until: moment.optional(),
  workflow: z.string().max(200).optional(),
  /** Runs in which it worked, and what it did in them. */
  agent: z.string().max(200).optional(),
});
export type MetricsQuery = z.infer<typeof metricsQuerySchema>;

export interface MetricsMethods {
  'metrics.report': (query?: MetricsQuery) => Promise<MetricsReport>;
  /** The report as a file: `csv` is one table of all its figures. */
  'metrics.export': (request: {
    readonly query?: MetricsQuery;
    readonly format: 'csv' | 'json';
  }) => Promise<{ readonly name: string; readonly text: string }>;
}

export const metricsArguments = {
  'metrics.report': z.tuple([metricsQuerySchema.optional()]),
  'metrics.export': z.tuple([z.strictObject({ query: metricsQuerySchema.optional(), format: z.enum(['csv', 'json']) })]),
} as const;

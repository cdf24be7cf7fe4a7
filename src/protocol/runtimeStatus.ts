// What a runtime tells about itself besides its runs: its graph of a workflow, its figures, its health.

import type { ErrorView } from '#base/errors.ts';
import type { StepKind } from '#protocol/runView.ts';

export interface GraphNode {
  /** Path of the step in the definition: keys joined with `/`, without passes and items. */
  readonly id: string;
  readonly title: string;
  readonly kind: StepKind;
  readonly agent: string | null;
  /** The skill of a task, the workflow of a sub-workflow step. */
  readonly action: string | null;
  /** Id of the loop or map it stands in. */
  readonly parent: string | null;
  /** 0-based level within its list of steps: all of a level can run at the same time. */
  readonly level: number;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** The condition (`when`) of the step it leads to; null when it always follows. */
  readonly when: string | null;
}

export interface WorkflowGraph {
  readonly workflow: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Over the newest runs of one runtime, at most 1,000. Rates and percentiles are null without a sample. */
export interface RuntimeMetrics {
  readonly runs: {
    readonly total: number;
    readonly byStatus: { readonly [status: string]: number };
    /** Completed of those that ended by themselves: cancelled runs do not count. */
    readonly successRate: number | null;
    readonly p95Ms: number | null;
  };
  readonly steps: {
    readonly succeeded: number;
    readonly failed: number;
    readonly successRate: number | null;
    /** Milliseconds from the start of the last attempt to its end, of steps that succeeded or failed. */
    readonly p50Ms: number | null;
    readonly p95Ms: number | null;
  };
}

export interface RuntimeHealth {
  /** `degraded`: the store answers late; `down`: it does not answer. */
  readonly status: 'ok' | 'degraded' | 'down';
  readonly at: number;
  readonly store: { readonly pingMs: number; readonly error: ErrorView | null };
  readonly liveRuns: number;
  /** Steps of live runs by what they do. */
  readonly steps: { readonly queued: number; readonly running: number; readonly waiting: number };
}

export interface RuntimeStatus {
  readonly id: string;
  readonly health: RuntimeHealth;
  readonly metrics: RuntimeMetrics;
}

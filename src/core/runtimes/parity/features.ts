// The 24 compared features. Their order is that of every table.

import type { FeatureGroup, FeaturePriority, ParityFeature } from '#protocol/parity.ts';

const table = {
  Infrastructure: {
    'state-store': ['State Store', 'critical'],
    'message-bus': ['Message Bus', 'critical'],
    'circuit-breaker': ['Circuit Breaker', 'critical'],
    'retry-logic': ['Retry Logic', 'critical'],
  },
  'Task Execution': {
    'single-task': ['Single Task', 'critical'],
    'task-streaming': ['Task Streaming', 'important'],
    'task-cancellation': ['Task Cancellation', 'critical'],
    'task-queuing': ['Task Queuing', 'important'],
  },
  'Workflow Orchestration': {
    'sequential-flow': ['Sequential Flow', 'critical'],
    'parallel-execution': ['Parallel Execution', 'critical'],
    'conditional-routing': ['Conditional Routing', 'important'],
    'workflow-visualization': ['Workflow Visualization', 'nice to have'],
  },
  'State Management': {
    'state-persistence': ['State Persistence', 'critical'],
    'state-versioning': ['State Versioning', 'important'],
    'state-rollback': ['State Rollback', 'important'],
    'state-history-query': ['State History Query', 'nice to have'],
  },
  Observability: {
    'event-logging': ['Event Logging', 'critical'],
    'metrics-collection': ['Metrics Collection', 'important'],
    'log-persistence': ['Log Persistence', 'important'],
    'event-history': ['Event History', 'important'],
    'health-checks': ['Health Checks', 'important'],
  },
  'Agent Management': {
    'agent-registry': ['Agent Registry', 'critical'],
    'dynamic-registration': ['Dynamic Registration', 'nice to have'],
    'agent-health-monitoring': ['Agent Health Monitoring', 'important'],
  },
} as const satisfies { readonly [G in FeatureGroup]: { readonly [id: string]: readonly [name: string, priority: FeaturePriority] } };

type Table = typeof table;
type IdOf<G> = G extends FeatureGroup ? keyof Table[G] : never;
export type FeatureId = IdOf<FeatureGroup>;

export interface Feature extends ParityFeature {
  readonly id: FeatureId;
}

export const features: readonly Feature[] = Object.entries(table).flatMap(([group, rows]) =>
  Object.entries(rows).map(([id, [name, priority]]) => ({ id: id as FeatureId, name, group: group as FeatureGroup, priority })),
);

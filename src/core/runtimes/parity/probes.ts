// The probe of each feature.

import type { FeatureId } from '#core/runtimes/parity/features.ts';
import type { Probe } from '#core/runtimes/parity/probe.ts';
import { agentHealthMonitoring, agentRegistry, dynamicRegistration } from '#core/runtimes/parity/probes/agents.ts';
import { circuitBreaker, messageBus, retryLogic, stateStore } from '#core/runtimes/parity/probes/infrastructure.ts';
import { eventHistory, eventLogging, healthChecks, logPersistence, metricsCollection } from '#core/runtimes/parity/probes/observability.ts';
import {
  conditionalRouting,
  parallelExecution,
  sequentialFlow,
  workflowVisualization,
} from '#core/runtimes/parity/probes/orchestration.ts';
import { statePersistence, stateVersioning } from '#core/runtimes/parity/probes/state.ts';
import { singleTask, taskCancellation, taskQueuing, taskStreaming } from '#core/runtimes/parity/probes/tasks.ts';
import { stateHistoryQuery, stateRollback } from '#core/runtimes/parity/probes/timeTravel.ts';

const probes: { readonly [F in FeatureId]: Probe } = {
  'state-store': stateStore,
  'message-bus': messageBus,
  'circuit-breaker': circuitBreaker,
  'retry-logic': retryLogic,
  'single-task': singleTask,
  'task-streaming': taskStreaming,
  'task-cancellation': taskCancellation,
  'task-queuing': taskQueuing,
  'sequential-flow': sequentialFlow,
  'parallel-execution': parallelExecution,
  'conditional-routing': conditionalRouting,
  'workflow-visualization': workflowVisualization,
  'state-persistence': statePersistence,
  'state-versioning': stateVersioning,
  'state-rollback': stateRollback,
  'state-history-query': stateHistoryQuery,
  'event-logging': eventLogging,
  'metrics-collection': metricsCollection,
  'log-persistence': logPersistence,
  'event-history': eventHistory,
  'health-checks': healthChecks,
  'agent-registry': agentRegistry,
  'dynamic-registration': dynamicRegistration,
  'agent-health-monitoring': agentHealthMonitoring,
};

export function probeFor(feature: FeatureId): Probe {
  return probes[feature];
}

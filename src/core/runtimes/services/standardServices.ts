// The services of any runtime that keeps its runs in the store.

import type { Runtime } from '#core/engine/runtime.ts';
import type { RuntimePorts, RuntimeServices } from '#core/engine/runtimeKind.ts';
import { workflowGraph } from '#core/runtimes/services/graph.ts';
import { runtimeHealth } from '#core/runtimes/services/health.ts';
import { runtimeMetrics } from '#core/runtimes/services/metrics.ts';

export function standardServices(runtime: Runtime, ports: Pick<RuntimePorts, 'clock' | 'store'>): RuntimeServices {
  return {
    graph: workflowGraph,
    metrics: () => runtimeMetrics(ports.store, runtime.id),
    health: () => runtimeHealth(runtime, ports),
  };
}

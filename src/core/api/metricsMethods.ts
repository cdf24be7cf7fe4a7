// API methods about figures, and the figures of each run that ends, told to the bus.

import type { Bus } from '#core/bus/bus.ts';
import { metricsCsv } from '#core/metrics/csv.ts';
import { metricsReport } from '#core/metrics/report.ts';
import { windowOf } from '#core/metrics/window.ts';
import type { HostPorts } from '#core/ports.ts';
import type { Store } from '#core/store/store.ts';
import type { MetricsMethods, MetricsQuery, MetricsReport } from '#protocol/metrics.ts';
import type { RunEvent } from '#protocol/runEvents.ts';

export interface MetricsDeps {
  readonly ports: Pick<HostPorts, 'clock' | 'log'>;
  readonly store: Pick<Store, 'metrics'>;
}

export function metricsMethods({ ports: { clock }, store }: MetricsDeps): MetricsMethods {
  const report = (query: MetricsQuery = {}): Promise<MetricsReport> => {
    const startedAt = clock.now();
    return metricsReport(store.metrics, windowOf(query, startedAt), () => clock.now() - startedAt);
  };
  return {
    'metrics.report': report,
    'metrics.export': async ({ query, format }) => {
      const made = await report(query);
      const name = `cas-metrics-${new Date(made.until).toISOString().slice(0, 10)}.${format}`;
      return { name, text: format === 'csv' ? metricsCsv(made) : `${JSON.stringify(made, null, 2)}\n` };
    },
  };
}

const ENDS: ReadonlySet<RunEvent['type']> = new Set(['run.completed', 'run.partial', 'run.failed', 'run.cancelled']);

/**
 * After the end of a run, as `metric.recorded`: `run.durationMs`, `run.success` (1 or 0; not for a cancelled run), `run.tokens`
 * and `run.costUsd`, the last one only when the price of every call is known. Nothing waits for it.
 */
export function publishRunMetrics(deps: MetricsDeps & { readonly bus: Bus; readonly told: () => void }): (event: RunEvent) => void {
  const publish = async ({ runId }: RunEvent): Promise<void> => {
    const end = await deps.store.metrics.end(runId);
    if (end === null) return;
    const values = {
      'run.durationMs': end.ms,
      ...(end.status !== 'cancelled' && { 'run.success': end.status === 'completed' ? 1 : 0 }),
      'run.tokens': end.tokens,
      ...(end.unpriced === 0 && { 'run.costUsd': end.cost / 1_000_000 }),
    };
    for (const [name, value] of Object.entries(values))
      await deps.bus.publish({ type: 'metric.recorded', payload: { name, value, runId, workflow: end.workflow }, correlationId: runId });
    deps.told();
  };
  return (event) => {
    if (!ENDS.has(event.type)) return;
    publish(event).catch((error: unknown) =>
      deps.ports.log.error('the figures of a run were not published', { runId: event.runId }, error),
    );
  };
}

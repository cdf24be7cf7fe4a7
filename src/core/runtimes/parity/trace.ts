// What a runtime told while it was probed, short enough to keep with each measurement.

import type { ParityReport, ParityTraceEvent } from '#protocol/parity.ts';
import type { RunEvent } from '#protocol/runEvents.ts';

const KEPT = 100;

/** The first 100 of `events`; what is no event, which a broken runtime may tell, is left out. `startedAt`: epoch ms. */
export function traceOf(events: readonly Partial<RunEvent>[], startedAt: number): readonly ParityTraceEvent[] {
  const runs = new Map<string, number>();
  const trace: ParityTraceEvent[] = [];
  for (const event of events) {
    if (trace.length === KEPT) break;
    const { runId, type, at } = event;
    if (typeof runId !== 'string' || typeof type !== 'string' || !Number.isFinite(at)) continue;
    const run = runs.get(runId) ?? runs.size + 1;
    runs.set(runId, run);
    const path = 'path' in event && typeof event.path === 'string' ? event.path : null;
    trace.push({ afterMs: Math.max(0, Math.round(Number(at) - startedAt)), run, type, path });
  }
  return trace;
}

export function withoutTraces(report: ParityReport): ParityReport {
  return { ...report, results: report.results.map(({ trace: _long, ...result }) => result) };
}

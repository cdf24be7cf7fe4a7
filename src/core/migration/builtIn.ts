// The migration from CustomRuntime to LangGraphRuntime that comes with CAS. Its statuses are what the probes measured; what
// nobody measured is unknown, and phases nobody estimated have no hours.

import { planText } from '#core/migration/planText.ts';
import type { FeatureStatus, SideState } from '#protocol/migration.ts';
import type { FeaturePriority, ParityReport, ParityResult } from '#protocol/parity.ts';

export const BUILT_IN_ID = 'custom-to-langgraph';

/** Ids of the runtimes on the two sides. */
const OLD = 'custom';
const NEW = 'langgraph';

export interface MeasuredFeature {
  readonly probe: string;
  readonly name: string;
  readonly phase: string;
  readonly priority: FeaturePriority;
}

/** Planned hours of the phases that were estimated. */
const ESTIMATES: { readonly [phase: string]: number } = { 'Core Infrastructure': 10, 'Task Management': 5, 'State Management': 3 };

/** A text as a file would hold it: it can be copied into the workspace as it is. */
export function builtInText(features: readonly MeasuredFeature[], reports: readonly ParityReport[]): string {
  const idOf = (phase: string): string => phase.toLowerCase().replaceAll(' ', '-');
  const verdict = (runtime: string, probe: string): ParityResult['verdict'] | null =>
    reports.find((report) => report.runtime === runtime)?.results.find((result) => result.feature === probe)?.verdict ?? null;
  return planText({
    comments: ['Statuses are those of the probes when this was written: `cas parity` measures them.'],
    head: {
      name: 'Custom to LangGraph',
      kind: 'migration',
      description: 'From the scheduler of CAS itself to LangGraph, feature by feature.',
    },
    sides: { old: 'CustomRuntime', new: 'LangGraphRuntime' },
    phases: [...new Set(features.map(({ phase }) => phase))].map((phase) => ({
      id: idOf(phase),
      name: phase,
      estimatedHours: ESTIMATES[phase],
    })),
    features: features.map(({ probe, name, phase, priority }) => ({
      id: probe,
      name,
      phase: idOf(phase),
      priority,
      status: statusOf(verdict(NEW, probe)),
      old: sideOf(verdict(OLD, probe)),
    })),
  });
}

/** When the new side was measured; null when it never was. */
export function measuredAt(reports: readonly ParityReport[]): number | null {
  return reports.find((report) => report.runtime === NEW)?.at ?? null;
}

function statusOf(verdict: ParityResult['verdict'] | null): FeatureStatus {
  switch (verdict) {
    case 'available':
      return 'done';
    case 'partial':
      return 'in progress';
    case 'unavailable':
      return 'not started';
    case 'probe error':
    case null:
      return 'unknown';
  }
}

function sideOf(verdict: ParityResult['verdict'] | null): SideState | undefined {
  return verdict === null || verdict === 'probe error' ? undefined : verdict;
}

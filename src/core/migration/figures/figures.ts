// All figures of a plan, from its file and a moment alone: nothing is remembered and nothing is asked.

import { type Day, dayText, localDay } from '#core/migration/day.ts';
import { burnUpOf } from '#core/migration/figures/burnUp.ts';
import { type DependencyFigures, dependencyFigures } from '#core/migration/figures/dependencies.ts';
import { forecastOf } from '#core/migration/figures/forecast.ts';
import { addSums, hoursOf, remainingOf, roundHours, sumHours } from '#core/migration/figures/hours.ts';
import { nextStepsOf } from '#core/migration/figures/nextSteps.ts';
import { velocityOf, weeksOf } from '#core/migration/figures/pace.ts';
import type { CheckedMigration } from '#core/migration/check.ts';
import type { MigrationPlan, PlanFeature, PlanPhase } from '#core/migration/plan.ts';
import type { FeatureStatus, FeatureView, MigrationFigures, PhaseView, SideState } from '#protocol/migration.ts';

export interface FigureInputs {
  readonly plan: MigrationPlan;
  readonly lines: CheckedMigration['lines'];
  /** Epoch ms; its calendar day on this machine is "today". */
  readonly now: number;
  /** When the running clocks were started (epoch ms), by feature. */
  readonly clocks: ReadonlyMap<string, number>;
}

/** Pure. The formulas are in docs/migrations.md. */
export function figuresOf({ plan, lines, now, clocks }: FigureInputs): MigrationFigures {
  const today = localDay(now);
  const dependencies = dependencyFigures(plan.features);
  const critical = new Set(dependencies.criticalPath.features);
  const features = plan.features.map((feature, index) => ({
    ...featureView(feature, plan, dependencies),
    onCriticalPath: critical.has(feature.id),
    line: lines.features[index] ?? 1,
    clockAt: clocks.get(feature.id) ?? null,
  }));
  const phases = plan.phases.map((phase, index) => phaseView(plan, phase, { number: index + 1, line: lines.phases[index] ?? 1 }));
  const phaseIds = new Set(plan.phases.map((phase) => phase.id));
  const apart = sumHours(
    plan.features.filter(({ phase }) => phase === null || !phaseIds.has(phase)),
    null,
  );
  return {
    kind: plan.kind,
    description: plan.description,
    sides: plan.sides,
    startDate: textOf(plan.startDay),
    targetDate: textOf(plan.targetDay),
    hoursPerWeek: plan.hoursPerWeek,
    progress: progressOf(plan),
    hours: addSums([...phases.map((phase) => phase.hours), apart]),
    phases,
    features,
    criticalPath: dependencies.criticalPath,
    velocity: velocityOf(plan, today),
    weeks: weeksOf(plan, today),
    burnUp: burnUpOf(plan, today),
    forecast: forecastOf(plan, today),
    nextSteps: nextStepsOf(plan, dependencies),
    parity: parityOf(plan),
  };
}

function progressOf({ features }: MigrationPlan): MigrationFigures['progress'] {
  const done = features.filter((feature) => feature.status === 'done');
  const planned = sumHours(features, null).planned;
  return {
    done: done.length,
    total: features.length,
    percent: features.length === 0 ? null : Math.floor((100 * done.length) / features.length),
    hours: planned === null ? null : { done: roundHours(sumHours(done, null).planned ?? 0), planned },
  };
}

function phaseView(plan: MigrationPlan, phase: PlanPhase, place: Pick<PhaseView, 'number' | 'line'>): PhaseView {
  const own = plan.features.filter((feature) => feature.phase === phase.id);
  const done = own.filter((feature) => feature.status === 'done').length;
  const begun = own.some((feature) => feature.status === 'in progress' || feature.entries.length > 0);
  return {
    id: phase.id,
    name: phase.name,
    description: phase.description,
    ...place,
    done,
    total: own.length,
    state: own.length > 0 && done === own.length ? 'done' : done > 0 || begun ? 'in progress' : 'not started',
    hours: sumHours(own, phase.estimatedHours),
  };
}

function featureView(
  feature: PlanFeature,
  plan: MigrationPlan,
  dependencies: DependencyFigures,
): Omit<FeatureView, 'onCriticalPath' | 'line' | 'clockAt'> {
  const { id, name, description, phase, priority, status, notes } = feature;
  const blockedBy = dependencies.blockedBy(id);
  return {
    id,
    name,
    description,
    phase,
    priority,
    status,
    state: status === 'not started' && blockedBy.length > 0 ? 'blocked' : status,
    sides: plan.kind === 'migration' ? { old: feature.old, new: offered(status) } : null,
    hours: hoursOf(feature),
    entries: feature.entries,
    remainingHours: remainingOf(feature),
    addedDate: textOf(feature.addedDay),
    startedDate: textOf(feature.startedDay),
    completedDate: textOf(feature.completedDay),
    dependencies: feature.dependencies,
    blockedBy,
    unblocks: dependencies.unblocks(id),
    notes,
  };
}

const OFFERS: { readonly [S in FeatureStatus]: SideState | null } = {
  'not started': 'unavailable',
  'in progress': 'partial',
  done: 'available',
  unknown: null,
};

/** What a side offers once the work on it is so far; null when that is not known. */
function offered(status: FeatureStatus): SideState | null {
  return OFFERS[status];
}

const LEVEL: { readonly [S in SideState]: number } = { retired: 0, unavailable: 0, partial: 1, available: 2 };

function parityOf(plan: MigrationPlan): MigrationFigures['parity'] {
  const compared = plan.features.flatMap(({ old, status }) => (old === null ? [] : [{ old, now: offered(status) }]));
  if (plan.kind !== 'migration' || compared.length === 0) return null;
  return { equal: compared.filter((one) => one.now !== null && LEVEL[one.now] >= LEVEL[one.old]).length, of: compared.length };
}

function textOf(day: Day | null): string | null {
  return day === null ? null : dayText(day);
}

// A checked plan: the file's values with their defaults filled in, and days as numbers.

import { type Day, dayOf } from '#core/migration/day.ts';
import type { RawFeature, RawMigration } from '#core/migration/schema.ts';
import type { FeatureStatus, HoursEntry, PlanKind, PlanPriority, SideState } from '#protocol/migration.ts';

export interface PlanFeature {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly phase: string | null;
  readonly priority: PlanPriority;
  readonly status: FeatureStatus;
  readonly old: SideState | null;
  readonly estimatedHours: number | null;
  readonly entries: readonly HoursEntry[];
  readonly addedDay: Day | null;
  readonly startedDay: Day | null;
  readonly completedDay: Day | null;
  /** Each once, in the order they are written. */
  readonly dependencies: readonly string[];
  readonly notes: string;
}

export interface PlanPhase {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly estimatedHours: number | null;
}

export interface MigrationPlan {
  readonly name: string;
  readonly kind: PlanKind;
  readonly description: string;
  readonly sides: { readonly old: string; readonly new: string } | null;
  readonly startDay: Day | null;
  readonly targetDay: Day | null;
  readonly hoursPerWeek: number | null;
  readonly phases: readonly PlanPhase[];
  readonly features: readonly PlanFeature[];
}

/** Pure; expects a value the schema has passed. */
export function planOf(raw: RawMigration): MigrationPlan {
  return {
    name: raw.name,
    kind: raw.kind,
    description: raw.description ?? '',
    sides: raw.sides ?? null,
    startDay: day(raw.startDate),
    targetDay: day(raw.targetDate),
    hoursPerWeek: raw.hoursPerWeek ?? null,
    phases: (raw.phases ?? []).map((phase) => ({
      id: phase.id,
      name: phase.name,
      description: phase.description ?? '',
      estimatedHours: phase.estimatedHours ?? null,
    })),
    features: (raw.features ?? []).map(featureOf),
  };
}

function featureOf(raw: RawFeature): PlanFeature {
  return {
    id: raw.id,
    name: raw.name,
    description: raw.description ?? '',
    phase: raw.phase ?? null,
    priority: raw.priority ?? 'important',
    status: raw.status ?? 'not started',
    old: raw.old ?? null,
    estimatedHours: raw.estimatedHours ?? null,
    entries: entriesOf(raw.actualHours),
    addedDay: day(raw.addedDate),
    startedDay: day(raw.startedDate),
    completedDay: day(raw.completedDate),
    dependencies: [...new Set(raw.dependencies)],
    notes: raw.notes ?? '',
  };
}

/** One number is one entry by hand, of no known day. */
function entriesOf(actual: RawFeature['actualHours']): readonly HoursEntry[] {
  if (actual === undefined) return [];
  if (typeof actual === 'number') return [{ hours: actual, from: 'hand', date: null, run: null, since: null, note: null }];
  return actual.map((entry) => ({
    hours: entry.hours,
    from: entry.from,
    date: entry.date ?? null,
    run: entry.run ?? null,
    since: entry.since ?? null,
    note: entry.note ?? null,
  }));
}

function day(text: string | undefined): Day | null {
  return text === undefined ? null : dayOf(text);
}

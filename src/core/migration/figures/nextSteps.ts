// What to do next, and why: what can be worked on now, the most useful first.

import type { DependencyFigures } from '#core/migration/figures/dependencies.ts';
import { remainingOf } from '#core/migration/figures/hours.ts';
import type { MigrationPlan, PlanFeature } from '#core/migration/plan.ts';
import { type NextStep, planPriorities } from '#protocol/migration.ts';

const SHOWN = 5;

interface Candidate {
  readonly step: Omit<NextStep, 'because'>;
  /** Positions in the plan's lists. */
  readonly phase: number;
  readonly place: number;
}
type Rank = readonly [NextStep['because'], (candidate: Candidate) => number];

/** From the most important question on; a greater number goes first. */
const ranks: readonly Rank[] = [
  ['in progress', ({ step }) => (step.action === 'finish' ? 1 : 0)],
  ['priority', ({ step }) => (step.priority === 'critical' ? 1 : 0)],
  ['unblocks most', ({ step }) => step.unblocks],
  ['critical path', ({ step }) => (step.onCriticalPath ? 1 : 0)],
  ['priority', ({ step }) => -planPriorities.indexOf(step.priority)],
  ['order', (one) => -one.phase],
  ['order', (one) => -one.place],
];

/**
 * Features that are not done and wait for nothing: those in progress, then critical ones, then by how many wait for them, the
 * critical path, priority, phase, and their place in the file. At most 5.
 */
export function nextStepsOf(plan: MigrationPlan, dependencies: DependencyFigures): readonly NextStep[] {
  const critical = new Set(dependencies.criticalPath.features);
  const phases = new Map(plan.phases.map((phase, index) => [phase.id, index]));
  const candidates = plan.features
    .map((feature, place) =>
      candidate(feature, { place, phase: phases.get(feature.phase ?? '') ?? plan.phases.length, critical, dependencies }),
    )
    .filter((one) => one !== null)
    .toSorted((a, b) => order(a, b)?.by ?? 0);
  return candidates.slice(0, SHOWN).map((own, index) => {
    const after = candidates[index + 1];
    const because = (after && order(own, after)?.because) ?? (own.step.action === 'finish' ? 'in progress' : 'order');
    return { ...own.step, because };
  });
}

function candidate(
  feature: PlanFeature,
  known: {
    readonly place: number;
    readonly phase: number;
    readonly critical: ReadonlySet<string>;
    readonly dependencies: DependencyFigures;
  },
): Candidate | null {
  if (feature.status === 'done' || known.dependencies.blockedBy(feature.id).length > 0) return null;
  const step = {
    feature: feature.id,
    name: feature.name,
    action: feature.status === 'in progress' ? ('finish' as const) : ('start' as const),
    priority: feature.priority,
    unblocks: known.dependencies.waiting(feature.id),
    remainingHours: remainingOf(feature),
    onCriticalPath: known.critical.has(feature.id),
  };
  return { step, phase: known.phase, place: known.place };
}

/** The first question on which two differ. */
function order(a: Candidate, b: Candidate): { readonly by: number; readonly because: NextStep['because'] } | null {
  for (const [because, value] of ranks) {
    const by = value(b) - value(a);
    if (by !== 0) return { by, because };
  }
  return null;
}

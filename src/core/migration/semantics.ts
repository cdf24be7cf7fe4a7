// What a well-shaped plan still gets wrong: ids, phases, dependencies, days, and what its kind asks for.

import { actualOf } from '#core/migration/figures/hours.ts';
import { findCycles } from '#core/workflow/graph.ts';
import { errorAt, type Issue, warningAt } from '#core/workflow/issue.ts';
import { didYouMean } from '#core/workflow/nearest.ts';
import type { MigrationPlan, PlanFeature } from '#core/migration/plan.ts';

/** A piece of a feature delivery should be no longer. */
const LONGEST_PIECE_HOURS = 3;
const FEWEST_PHASES = 5;
const MOST_PHASES = 7;

export function semanticIssues(plan: MigrationPlan): readonly Issue[] {
  return [
    ...idIssues(plan),
    ...phaseIssues(plan),
    ...dependencyIssues(plan),
    ...cycleIssues(plan),
    ...dayIssues(plan),
    ...kindIssues(plan),
  ];
}

function idIssues(plan: MigrationPlan): readonly Issue[] {
  const twice = (list: 'phases' | 'features', word: string): readonly Issue[] => {
    const seen = new Set<string>();
    return plan[list].flatMap(({ id }, index) => {
      if (!seen.has(id)) {
        seen.add(id);
        return [];
      }
      return [errorAt([list, index, 'id'], 'duplicateId', `Two ${word}s have the id \`${id}\`.`, { hint: 'Rename one of the two.' })];
    });
  };
  return [...twice('phases', 'phase'), ...twice('features', 'feature')];
}

function phaseIssues(plan: MigrationPlan): readonly Issue[] {
  const phases = new Set(plan.phases.map((phase) => phase.id));
  const planned = new Map(plan.phases.flatMap(({ id, estimatedHours }) => (estimatedHours === null ? [] : [[id, estimatedHours]])));
  const issues: Issue[] = [];
  for (const [index, feature] of plan.features.entries()) {
    if (feature.phase === null || phases.has(feature.phase)) continue;
    const message = `Feature \`${feature.id}\` is in phase \`${feature.phase}\`, which is no phase of this plan.`;
    issues.push(errorAt(['features', index, 'phase'], 'unknownPhase', message, { hint: didYouMean(feature.phase, phases) }));
  }
  for (const [index, phase] of plan.phases.entries()) {
    const sum = plan.features.reduce((hours, one) => hours + (one.phase === phase.id ? (one.estimatedHours ?? 0) : 0), 0);
    if (sum <= (planned.get(phase.id) ?? Infinity)) continue;
    const message = `The features of phase \`${phase.id}\` are estimated at ${sum}h, more than its own ${phase.estimatedHours}h.`;
    issues.push(warningAt(['phases', index, 'estimatedHours'], 'phaseHours', message, { hint: 'Remove it, or raise it.' }));
  }
  return issues;
}

function dependencyIssues(plan: MigrationPlan): readonly Issue[] {
  const ids = new Set(plan.features.map((feature) => feature.id));
  return plan.features.flatMap((feature, index) =>
    feature.dependencies.flatMap((dependency, position) => {
      if (ids.has(dependency)) return [];
      const message = `Feature \`${feature.id}\` needs \`${dependency}\`, which is no feature of this plan.`;
      return [errorAt(['features', index, 'dependencies', position], 'unknownFeature', message, { hint: didYouMean(dependency, ids) })];
    }),
  );
}

function cycleIssues(plan: MigrationPlan): readonly Issue[] {
  const nodes = plan.features.map(({ id, dependencies }) => ({ key: id, dependsOn: dependencies }));
  return findCycles(nodes).map((cycle) => {
    const [first, second] = cycle;
    const index = plan.features.findIndex((feature) => feature.id === first);
    const position = plan.features[index]?.dependencies.indexOf(second ?? '') ?? 0;
    const message =
      cycle.length === 2
        ? `Feature \`${first}\` needs itself: ${cycle.join(' → ')}.`
        : `These features wait for each other: ${cycle.join(' → ')}.`;
    return errorAt(['features', index, 'dependencies', position], 'cycle', message, { hint: 'Remove one of these dependencies.' });
  });
}

function dayIssues(plan: MigrationPlan): readonly Issue[] {
  const issues = plan.features.flatMap((feature, index) => featureDayIssues(feature, index));
  if (plan.startDay !== null && plan.targetDay !== null && plan.targetDay < plan.startDay)
    issues.push(errorAt(['targetDate'], 'dates', 'The target date is before the start date.', { hint: 'Change one of the two.' }));
  return issues;
}

function featureDayIssues(feature: PlanFeature, index: number): Issue[] {
  const issues: Issue[] = [];
  const { id, status, startedDay, completedDay } = feature;
  if (startedDay !== null && completedDay !== null && completedDay < startedDay)
    issues.push(errorAt(['features', index, 'completedDate'], 'dates', `Feature \`${id}\` was completed before it was started.`));
  if (completedDay !== null && status !== 'done')
    issues.push(
      warningAt(
        ['features', index, 'completedDate'],
        'notDone',
        `Feature \`${id}\` has a completion date, but its status is \`${status}\`.`,
        {
          hint: 'Set `status: done`, or remove the date.',
        },
      ),
    );
  if ((actualOf(feature) ?? 0) < 0)
    issues.push(errorAt(['features', index, 'actualHours'], 'hours', `The hours of feature \`${id}\` sum up to less than none.`));
  return issues;
}

function kindIssues(plan: MigrationPlan): readonly Issue[] {
  return plan.kind === 'migration' ? migrationIssues(plan) : deliveryIssues(plan);
}

function migrationIssues(plan: MigrationPlan): readonly Issue[] {
  const issues: Issue[] = [];
  if (plan.sides === null)
    issues.push(
      errorAt(['sides'], 'missing', '`sides` is missing: a migration leads from an old side to a new one.', {
        hint: 'Add `sides: { old: …, new: … }`.',
      }),
    );
  if (plan.phases.length < FEWEST_PHASES || plan.phases.length > MOST_PHASES)
    issues.push(
      warningAt(
        ['phases'],
        'phaseCount',
        `A migration has ${FEWEST_PHASES} to ${MOST_PHASES} phases; this one has ${plan.phases.length}.`,
        { at: 'key' },
      ),
    );
  return issues;
}

function deliveryIssues(plan: MigrationPlan): readonly Issue[] {
  const issues: Issue[] = [];
  const hint = 'Remove it, or set `kind: migration`.';
  if (plan.sides !== null) issues.push(errorAt(['sides'], 'noSides', 'A feature delivery has no sides.', { at: 'key', hint }));
  for (const [index, feature] of plan.features.entries()) {
    if (feature.old !== null)
      issues.push(
        errorAt(['features', index, 'old'], 'noSides', `Feature \`${feature.id}\`: a feature delivery has no old side.`, {
          at: 'key',
          hint,
        }),
      );
    if ((feature.estimatedHours ?? 0) > LONGEST_PIECE_HOURS) {
      const message = `\`${feature.id}\` is estimated at ${feature.estimatedHours}h; the pieces of a delivery take 1 to ${LONGEST_PIECE_HOURS} hours.`;
      issues.push(warningAt(['features', index, 'estimatedHours'], 'longPiece', message, { hint: 'Split it.' }));
    }
  }
  return issues;
}

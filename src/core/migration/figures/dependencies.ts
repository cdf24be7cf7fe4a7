// Who waits for whom, and the longest chain of what is left.

import { remainingOf, roundHours } from '#core/migration/figures/hours.ts';
import type { PlanFeature } from '#core/migration/plan.ts';
import { levelsOf } from '#core/workflow/graph.ts';
import type { MigrationFigures } from '#protocol/migration.ts';

export interface DependencyFigures {
  /** Dependencies that are not done. */
  readonly blockedBy: (id: string) => readonly string[];
  /** Unfinished features that need it directly. */
  readonly unblocks: (id: string) => readonly string[];
  /** Unfinished features that need it directly or through others. */
  readonly waiting: (id: string) => number;
  readonly criticalPath: MigrationFigures['criticalPath'];
}

interface Chain {
  readonly hours: number;
  readonly features: number;
  readonly next: string | null;
}

/** Expects a plan without cycles and unknown dependencies: one the checker has passed. O(features + dependencies), but for `waiting`. */
export function dependencyFigures(features: readonly PlanFeature[]): DependencyFigures {
  const open = features.filter((feature) => feature.status !== 'done');
  const isOpen = new Set(open.map((feature) => feature.id));
  const byId = new Map(features.map((feature) => [feature.id, feature]));
  const dependents = new Map<string, string[]>(features.map(({ id }) => [id, []]));
  for (const { id, dependencies } of open) for (const dependency of dependencies) dependents.get(dependency)?.push(id);
  return {
    blockedBy: (id) => byId.get(id)?.dependencies.filter((dependency) => isOpen.has(dependency)) ?? [],
    unblocks: (id) => dependents.get(id) ?? [],
    waiting: (id) => reach(id, dependents).size,
    criticalPath: criticalPathOf(open, dependents),
  };
}

function reach(from: string, dependents: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const seen = new Set<string>();
  const stack = [...(dependents.get(from) ?? [])];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    stack.push(...(dependents.get(id) ?? []));
  }
  return seen;
}

/** Most remaining hours first; of equals, most features. What is not estimated adds no hours, and is counted. */
function criticalPathOf(
  open: readonly PlanFeature[],
  dependents: ReadonlyMap<string, readonly string[]>,
): MigrationFigures['criticalPath'] {
  const byId = new Map(open.map((feature) => [feature.id, feature]));
  const chains = new Map<string, Chain>();
  let first: string | null = null;
  const order = levelsOf(open.map(({ id, dependencies }) => ({ key: id, dependsOn: dependencies }))).flat();
  for (const id of order.toReversed()) {
    let next: string | null = null;
    for (const dependent of dependents.get(id) ?? [])
      if (longer(chains.get(dependent), next === null ? undefined : chains.get(next))) next = dependent;
    const after = next === null ? undefined : chains.get(next);
    const feature = byId.get(id);
    const hours = (feature ? (remainingOf(feature) ?? 0) : 0) + (after?.hours ?? 0);
    chains.set(id, { hours, features: 1 + (after?.features ?? 0), next });
    if (first === null || !longer(chains.get(first), chains.get(id))) first = id;
  }
  const path: string[] = [];
  for (let id = first; id !== null; id = chains.get(id)?.next ?? null) path.push(id);
  const remaining = path.flatMap((id) => {
    const feature = byId.get(id);
    return feature ? [remainingOf(feature)] : [];
  });
  const known = remaining.filter((hours) => hours !== null);
  return {
    features: path,
    hours: known.length === 0 ? null : roundHours(known.reduce((sum, hours) => sum + hours, 0)),
    unestimated: remaining.length - known.length,
  };
}

/** Whether `a` is longer than `b`. */
function longer(a: Chain | undefined, b: Chain | undefined): boolean {
  if (a === undefined || b === undefined) return b === undefined && a !== undefined;
  return a.hours > b.hours || (a.hours === b.hours && a.features > b.features);
}

// The dependencies of a list of steps as indexes, computed once per list: a map of 10,000 items shares one.

import type { Step } from '#core/workflow/definition.ts';

export interface StepGraph {
  readonly steps: readonly Step[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** For each step, the indexes of those that wait for it. */
  readonly dependents: readonly (readonly number[])[];
  /** For each step, how many it waits for. */
  readonly unmet: readonly number[];
}

const cache = new WeakMap<readonly Step[], StepGraph>();

/** A dependency that is named twice counts once. Unknown keys and cycles were refused when the file was checked. */
export function graphOf(steps: readonly Step[]): StepGraph {
  let graph = cache.get(steps);
  if (graph === undefined) {
    graph = build(steps);
    cache.set(steps, graph);
  }
  return graph;
}

function build(steps: readonly Step[]): StepGraph {
  const indexOf = new Map(steps.map((step, index) => [step.key, index]));
  const dependents: number[][] = steps.map(() => []);
  const unmet = steps.map((step, index) => {
    const keys = new Set(step.dependsOn);
    for (const key of keys) dependents[indexOf.get(key) ?? -1]?.push(index);
    return keys.size;
  });
  return { steps, indexOf, dependents, unmet };
}

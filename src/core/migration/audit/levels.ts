// The order in which modules can move: what others rest on first. Circles are cut where the fewest imports hold them together.

import { findCycles, levelsOf } from '#core/workflow/graph.ts';

export interface LevelsOfModules {
  readonly path: string;
  /** How many imports of each other module, by its path. */
  readonly imports: ReadonlyMap<string, number>;
}

export interface MovingOrder {
  /** Paths by level; all of a level can move at the same time. */
  readonly levels: readonly (readonly string[])[];
  /** What each module needs moved before it. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /** Imports that close a circle and were left out of the order. */
  readonly cut: readonly { readonly from: string; readonly to: string }[];
}

export function movingOrder(modules: readonly LevelsOfModules[]): MovingOrder {
  const needs = new Map(modules.map(({ path, imports }) => [path, new Set(imports.keys())]));
  const weight = (from: string, to: string): number => modules.find(({ path }) => path === from)?.imports.get(to) ?? 0;
  const cut: { from: string; to: string }[] = [];
  const nodes = (): { key: string; dependsOn: string[] }[] => Array.from(needs, ([key, set]) => ({ key, dependsOn: [...set] }));
  for (let [cycle] = findCycles(nodes()); cycle !== undefined; [cycle] = findCycles(nodes())) {
    const edges = cycle.slice(1).map((to, index) => ({ from: cycle?.[index] ?? '', to }));
    const weakest = edges.toSorted((a, b) => weight(a.from, a.to) - weight(b.from, b.to))[0];
    if (weakest === undefined) break;
    needs.get(weakest.from)?.delete(weakest.to);
    cut.push(weakest);
  }
  return { levels: levelsOf(nodes()), needs: new Map(Array.from(needs, ([path, set]) => [path, [...set]])), cut };
}

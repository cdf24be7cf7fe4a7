// The plan of a run as a graph: a node for each task and gate, a box around what a loop, a map or a sub-workflow holds.

import type { Plan, PlannedStep } from '#ui/pages/dashboard/runs/model/shape.ts';

export interface GraphEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** Id of the loop that it goes back in; null for the others. */
  readonly loop: string | null;
}

export interface GraphBox {
  readonly step: PlannedStep;
  /** Boxes and nodes within it, those of inner boxes too. */
  readonly nodes: readonly string[];
  readonly depth: number;
}

export interface RunGraph {
  /** In the order of the plan. */
  readonly nodes: readonly PlannedStep[];
  readonly edges: readonly GraphEdge[];
  /** Outer ones first. */
  readonly boxes: readonly GraphBox[];
}

/** Beyond this many nodes the steps of sub-workflows are not drawn. */
const MANY = 80;

export function runGraph(plan: Plan): RunGraph {
  const whole = draw(plan.roots, true);
  return whole.nodes.length <= MANY ? whole : draw(plan.roots, false);
}

function draw(roots: readonly PlannedStep[], open: boolean): RunGraph {
  const nodes: PlannedStep[] = [];
  const edges: GraphEdge[] = [];
  const boxes: GraphBox[] = [];
  const isBox = (step: PlannedStep): boolean => step.children.length > 0 && (open || step.kind !== 'workflow');
  const first = (step: PlannedStep): readonly string[] =>
    isBox(step) ? step.children.filter(({ dependsOn }) => dependsOn.length === 0).flatMap(first) : [step.id];
  const last = (step: PlannedStep): readonly string[] => {
    if (!isBox(step)) return [step.id];
    const needed = new Set(step.children.flatMap(({ dependsOn }) => dependsOn));
    return step.children.filter(({ id }) => !needed.has(id)).flatMap(last);
  };

  const visit = (steps: readonly PlannedStep[], depth: number): void => {
    const byId = new Map(steps.map((step) => [step.id, step]));
    for (const step of steps) {
      const begin = nodes.length;
      if (isBox(step)) {
        const at = boxes.push({ step, nodes: [], depth }) - 1;
        visit(step.children, depth + 1);
        boxes[at] = { step, depth, nodes: nodes.slice(begin).map(({ id }) => id) };
      } else nodes.push(step);
      const sources = step.dependsOn.flatMap((id) => byId.get(id) ?? []);
      for (const from of sources.flatMap(last)) for (const to of first(step)) edges.push({ id: `${from}>${to}`, from, to, loop: null });
      if (step.kind === 'loop' && isBox(step)) {
        const [from, to] = [last(step).at(-1), first(step)[0]];
        if (from !== undefined && to !== undefined) edges.push({ id: `${step.id}#`, from, to, loop: step.id });
      }
    }
  };
  visit(roots, 0);
  return { nodes, edges, boxes };
}

export interface Placed {
  readonly x: number;
  readonly y: number;
}

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

/** Where an arrow key leads from a node: along an edge, or to the next node of the same column; null when nowhere. */
export function neighbour(graph: RunGraph, places: ReadonlyMap<string, Placed>, from: string, key: Arrow): string | null {
  const here = places.get(from);
  if (here === undefined) return null;
  const y = (id: string): number => places.get(id)?.y ?? 0;
  const nearest = (ids: readonly string[]): string | null =>
    ids.toSorted((a, b) => Math.abs(y(a) - here.y) - Math.abs(y(b) - here.y))[0] ?? null;
  const forward = graph.edges.filter(({ loop }) => loop === null);
  switch (key) {
    case 'ArrowRight':
      return nearest(forward.filter((edge) => edge.from === from).map(({ to }) => to));
    case 'ArrowLeft':
      return nearest(forward.filter((edge) => edge.to === from).map((edge) => edge.from));
    case 'ArrowUp':
    case 'ArrowDown': {
      const column = graph.nodes.map(({ id }) => id).filter((id) => id !== from && places.get(id)?.x === here.x);
      return nearest(column.filter((id) => (key === 'ArrowUp' ? y(id) < here.y : y(id) > here.y)));
    }
  }
}

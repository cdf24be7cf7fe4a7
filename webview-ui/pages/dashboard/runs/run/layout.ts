// Where the nodes of a run's graph stand: left to right, computed once a run, because a plan does not change.

import { Graph, layout } from '@dagrejs/dagre';
import type { Placed, RunGraph } from '#ui/pages/dashboard/runs/model/graph.ts';

export const NODE = { width: 152, height: 48 } as const;
/** Room of a box around its nodes: its title stands above them. */
const PADDING = 10;
const TITLE = 16;
const MARGIN = 16;
/** How far the way back of a loop hangs below its steps, in px. */
export const HANG = 44;

export interface Rect extends Placed {
  readonly width: number;
  readonly height: number;
}

export interface GraphLayout {
  readonly places: ReadonlyMap<string, Placed>;
  /** By the id of the step whose inner steps are in the box. */
  readonly boxes: ReadonlyMap<string, Rect>;
}

export function layoutGraph({ nodes, edges, boxes }: RunGraph): GraphLayout {
  const graph = new Graph({ compound: true }).setGraph({
    rankdir: 'LR',
    nodesep: 16 + TITLE / 2,
    ranksep: 46,
    marginx: MARGIN,
    marginy: MARGIN,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) graph.setNode(id, { ...NODE });
  const inner = new Map<string, string>();
  for (const { step, nodes: held } of boxes) {
    graph.setNode(boxId(step.id), {});
    for (const id of held) inner.set(id, step.id);
    const outer = boxes.findLast((one) => one.step.id !== step.id && step.id.startsWith(`${one.step.id}/`));
    if (outer !== undefined) graph.setParent(boxId(step.id), boxId(outer.step.id));
  }
  for (const [id, box] of inner) graph.setParent(id, boxId(box));
  for (const { from, to, loop } of edges) if (loop === null) graph.setEdge(from, to);
  layout(graph);
  const places = new Map(nodes.map(({ id }) => [id, cornerOf(graph.node(id) as Placed)]));
  return {
    places,
    boxes: new Map(boxes.map(({ step, nodes: held, depth }) => [step.id, around(held, places, deepest(boxes, step.id) - depth)])),
  };
}

/** Room for all nodes, boxes and the ways back of loops, with a margin. */
export function sizeOf({ places, boxes }: GraphLayout): { readonly width: number; readonly height: number } {
  const rects = [...Array.from(places.values(), (place) => ({ ...place, ...NODE })), ...boxes.values()];
  const right = Math.max(0, ...rects.map(({ x, width }) => x + width));
  const bottom = Math.max(0, ...rects.map(({ y, height }) => y + height));
  return { width: right + MARGIN, height: bottom + Math.max(MARGIN, boxes.size > 0 ? HANG : 0) };
}

/** Names of boxes are kept apart from those of nodes. */
function boxId(id: string): string {
  return `box ${id}`;
}

function cornerOf({ x, y }: Placed): Placed {
  return { x: Math.round(x - NODE.width / 2), y: Math.round(y - NODE.height / 2) };
}

function deepest(boxes: RunGraph['boxes'], id: string): number {
  return Math.max(...boxes.filter(({ step }) => step.id === id || step.id.startsWith(`${id}/`)).map(({ depth }) => depth));
}

/** `levels` boxes are inside it, each with its own room. */
function around(held: readonly string[], places: ReadonlyMap<string, Placed>, levels: number): Rect {
  const points = held.flatMap((id) => places.get(id) ?? []);
  const room = PADDING * (levels + 1);
  const left = Math.min(...points.map(({ x }) => x)) - room;
  const top = Math.min(...points.map(({ y }) => y)) - room - TITLE * (levels + 1) + 6;
  const right = Math.max(...points.map(({ x }) => x)) + NODE.width + room;
  const bottom = Math.max(...points.map(({ y }) => y)) + NODE.height + room;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

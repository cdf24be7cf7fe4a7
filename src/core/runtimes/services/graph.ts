// A checked workflow as nodes and edges, for whoever draws it.

import { levelsOf } from '#core/workflow/graph.ts';
import type { Step, WorkflowDefinition } from '#core/workflow/definition.ts';
import type { GraphEdge, GraphNode, WorkflowGraph } from '#protocol/runtimeStatus.ts';

/** Nodes level by level, each composite step followed by what stands in it. O(steps + dependencies). */
export function workflowGraph(definition: WorkflowDefinition): WorkflowGraph {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  addSteps(definition.steps, null, { nodes, edges });
  return { workflow: definition.name, nodes, edges };
}

function addSteps(steps: readonly Step[], parent: string | null, graph: { nodes: GraphNode[]; edges: GraphEdge[] }): void {
  const byKey = new Map(steps.map((step) => [step.key, step]));
  const idOf = (key: string): string => (parent === null ? key : `${parent}/${key}`);
  for (const [level, keys] of levelsOf(steps).entries()) {
    for (const key of keys) {
      const step = byKey.get(key) as Step;
      graph.nodes.push({ id: idOf(key), parent, level, ...shown(step) });
      for (const from of step.dependsOn) graph.edges.push({ from: idOf(from), to: idOf(key), when: step.when });
      if (step.kind === 'loop' || step.kind === 'map') addSteps(step.steps, idOf(key), graph);
    }
  }
}

function shown(step: Step): Pick<GraphNode, 'title' | 'kind' | 'agent' | 'action'> {
  const { name: title, kind } = step;
  if (kind === 'task') return { title, kind, agent: step.agent, action: step.action };
  return { title, kind, agent: null, action: kind === 'workflow' ? step.workflow : null };
}

// A workflow graph as Mermaid text (https://mermaid.js.org/syntax/flowchart.html).

import type { GraphNode, WorkflowGraph } from '#protocol/runtimeStatus.ts';

/** A flowchart from top to bottom. Titles may hold anything: they are quoted, and ids are numbers of ours. */
export function toMermaid(graph: WorkflowGraph): string {
  const ids = new Map(graph.nodes.map((node, index) => [node.id, `s${index}`]));
  const children = Map.groupBy(graph.nodes, (node) => node.parent);
  const lines = ['flowchart TD'];
  const add = (parent: string | null, indent: string): void => {
    for (const node of children.get(parent) ?? []) {
      const id = ids.get(node.id) ?? '';
      if (!children.has(node.id)) {
        lines.push(`${indent}${id}${shape(node)}`);
        continue;
      }
      lines.push(`${indent}subgraph ${id}["${quoted(label(node))}"]`);
      add(node.id, `${indent}  `);
      lines.push(`${indent}end`);
    }
  };
  add(null, '  ');
  for (const { from, to, when } of graph.edges) {
    const condition = when === null ? '' : `|"${quoted(when)}"|`;
    lines.push(`  ${ids.get(from)} -->${condition} ${ids.get(to)}`);
  }
  return `${lines.join('\n')}\n`;
}

function label({ title, kind, agent }: GraphNode): string {
  const who = agent ?? (kind === 'task' ? '' : kind);
  return who === '' ? title : `${title} (${who})`;
}

function shape(node: GraphNode): string {
  const text = quoted(label(node));
  if (node.kind === 'gate') return `{"${text}"}`;
  return node.kind === 'workflow' ? `[["${text}"]]` : `["${text}"]`;
}

/** Entities for all that Mermaid or HTML would take for itself; a line break becomes a blank. */
function quoted(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[#"&<>`\\]/g, (character) => `#${character.codePointAt(0)};`);
}

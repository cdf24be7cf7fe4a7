// Java: what a class uses of its own package, which no import says.

import type { ImportEdge, ModuleGraph } from '#core/skills/structure/moduleGraph.ts';

/** The graph with an edge to each class of the same package whose name stands in a file. Made for reaching; it says too much of cycles. */
export function withSamePackage<G extends ModuleGraph>(graph: G): G {
  const java = Array.from(graph.files.values()).filter(({ outline }) => outline.language === 'java');
  const packages = Map.groupBy(java, ({ source }) => packageOf(source.text));
  const edges = new Map(graph.edges);
  for (const { source } of java) {
    const names = new Set(source.text.match(/\b[A-Z]\w*/g));
    const used = (packages.get(packageOf(source.text)) ?? []).filter(
      (other) => other.source !== source && names.has(classOf(other.source.path)),
    );
    const more = used.map((other): ImportEdge => ({ from: source.path, to: other.source.path, import: NAMED_IN_PLACE }));
    edges.set(source.path, [...(edges.get(source.path) ?? []), ...more]);
  }
  return { ...graph, edges };
}

const NAMED_IN_PLACE: ImportEdge['import'] = { specifier: '', names: ['*'], kind: 'part', start: 0, end: 0 };

function packageOf(text: string): string {
  return /^\s*package\s+([\w.]+)\s*;/m.exec(text)?.[1] ?? '';
}

function classOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.java$/, '');
}

// Which file of a workspace asks for which: imports resolved to files, and the cycles among them.

import type { Source } from '#core/skills/source/readSources.ts';
import type { Import, Outline } from '#core/skills/structure/outline.ts';
import type { Resolver } from '#core/skills/structure/resolveImport.ts';

export interface GraphFile {
  readonly source: Source;
  readonly outline: Outline;
}

export interface ImportEdge {
  readonly from: string;
  readonly to: string;
  readonly import: Import;
}

export interface ModuleGraph {
  readonly files: ReadonlyMap<string, GraphFile>;
  /** What each file asks for among the files of the workspace; one edge per import and target. */
  readonly edges: ReadonlyMap<string, readonly ImportEdge[]>;
}

export function buildGraph(files: ReadonlyMap<string, GraphFile>, resolve: Resolver): ModuleGraph {
  const edges = new Map<string, readonly ImportEdge[]>();
  for (const [from, { outline }] of files) {
    edges.set(
      from,
      outline.imports.flatMap((one) =>
        resolve(from, outline.language, one).flatMap((to) => (to !== from && files.has(to) ? [{ from, to, import: one }] : [])),
      ),
    );
  }
  return { files, edges };
}

/** Everything that can be reached from these files, themselves included. */
export function reachable(graph: ModuleGraph, from: Iterable<string>): ReadonlySet<string> {
  const seen = new Set<string>(from);
  const open = [...seen];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    for (const edge of graph.edges.get(path) ?? []) {
      if (seen.has(edge.to)) continue;
      seen.add(edge.to);
      open.push(edge.to);
    }
  }
  return seen;
}

/** In a large group the shortest way round is looked for from this many files only: it is short, if not always the shortest. */
const MAX_STARTS = 50;

/**
 * One shortest cycle of each group of files that need each other while they load; imports of types and lazy ones do not count.
 * Groups are the strongly connected components, found as in Tarjan, "Depth-First Search and Linear Graph Algorithms", SIAM 1972.
 */
export function findCycles(graph: ModuleGraph): readonly { readonly path: readonly ImportEdge[]; readonly files: number }[] {
  const hard = new Map(
    Array.from(graph.edges, ([from, edges]) => [
      from,
      edges.filter((edge) => edge.import.kind === 'static' || edge.import.kind === 'export'),
    ]),
  );
  return components(hard).flatMap((members) => {
    const path = shortestCycle(hard, members);
    return path === null ? [] : [{ path, files: members.size }];
  });
}

type Edges = ReadonlyMap<string, readonly ImportEdge[]>;

interface Mark {
  index: number;
  low: number;
  onStack: boolean;
}

/** Components of two files and more, in the order of their first file. Without recursion: chains of imports can be long. */
function components(edges: Edges): readonly ReadonlySet<string>[] {
  const marks = new Map<string, Mark>();
  const stack: string[] = [];
  const found: ReadonlySet<string>[] = [];
  const enter = (path: string): Mark => {
    const mark = { index: marks.size, low: marks.size, onStack: true };
    marks.set(path, mark);
    stack.push(path);
    return mark;
  };
  for (const root of edges.keys()) {
    if (marks.has(root)) continue;
    const work = [{ path: root, mark: enter(root), next: 0 }];
    for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
      const edge = edges.get(frame.path)?.[frame.next];
      frame.next += 1;
      if (edge !== undefined) {
        const known = marks.get(edge.to);
        if (known === undefined) work.push({ path: edge.to, mark: enter(edge.to), next: 0 });
        else if (known.onStack) frame.mark.low = Math.min(frame.mark.low, known.index);
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent !== undefined) parent.mark.low = Math.min(parent.mark.low, frame.mark.low);
      if (frame.mark.low !== frame.mark.index) continue;
      const members = stack.splice(stack.lastIndexOf(frame.path));
      for (const member of members) (marks.get(member) as Mark).onStack = false;
      if (members.length > 1) found.push(new Set(members));
    }
  }
  return found.toSorted((a, b) => ([...a].sort()[0] ?? '').localeCompare([...b].sort()[0] ?? '', 'en'));
}

function shortestCycle(edges: Edges, members: ReadonlySet<string>): readonly ImportEdge[] | null {
  let best: readonly ImportEdge[] | null = null;
  for (const start of [...members].toSorted().slice(0, MAX_STARTS)) {
    const path = pathBack(edges, members, start);
    if (path !== null && (best === null || path.length < best.length)) best = path;
    if (best?.length === 2) break;
  }
  return best;
}

/** Breadth first from `start` until an edge leads back to it. */
function pathBack(edges: Edges, members: ReadonlySet<string>, start: string): readonly ImportEdge[] | null {
  const cameBy = new Map<string, ImportEdge>();
  for (let level = [start]; level.length > 0;) {
    const next: string[] = [];
    for (const path of level) {
      for (const edge of edges.get(path) ?? []) {
        if (edge.to === start) return [...unwind(cameBy, start, path), edge];
        if (!members.has(edge.to) || cameBy.has(edge.to)) continue;
        cameBy.set(edge.to, edge);
        next.push(edge.to);
      }
    }
    level = next;
  }
  return null;
}

function unwind(cameBy: ReadonlyMap<string, ImportEdge>, start: string, end: string): readonly ImportEdge[] {
  const path: ImportEdge[] = [];
  for (let at = end; at !== start;) {
    const edge = cameBy.get(at) as ImportEdge;
    path.unshift(edge);
    at = edge.from;
  }
  return path;
}

// The dependency graph of one list of steps: levels, ancestors, and cycles as paths. Pure and iterative (deep graphs do not recurse).

/** What the graph needs of a step. */
export interface GraphNode {
  readonly key: string;
  readonly dependsOn: readonly string[];
}

/**
 * Keys by level: all of a level can run at the same time, each after all it depends on. Unknown dependencies are
 * ignored; steps in or behind a cycle are left out. O(steps + dependencies).
 */
export function levelsOf(nodes: readonly GraphNode[]): readonly (readonly string[])[] {
  const waiting = new Map<string, number>();
  const dependents = new Map<string, string[]>(nodes.map((node) => [node.key, []]));
  for (const node of nodes) {
    const known = new Set(node.dependsOn.filter((key) => dependents.has(key)));
    waiting.set(node.key, known.size);
    for (const key of known) dependents.get(key)?.push(node.key);
  }
  const levels: string[][] = [];
  let level = Array.from(waiting.keys()).filter((key) => waiting.get(key) === 0);
  while (level.length > 0) {
    levels.push(level);
    level = level.flatMap((key) => (dependents.get(key) ?? []).filter((dependent) => countDown(waiting, dependent) === 0));
  }
  return levels;
}

function countDown(waiting: Map<string, number>, key: string): number {
  const left = (waiting.get(key) ?? 0) - 1;
  waiting.set(key, left);
  return left;
}

/** Most cycles told of one list. */
const MAX_CYCLES = 20;

/** Cycles as paths such as `['a', 'b', 'a']` (a needs b, b needs a): each group of steps that wait for each other gives at least one. */
export function findCycles(nodes: readonly GraphNode[]): readonly (readonly string[])[] {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[][] = [];
  for (const { key } of nodes) if (!state.has(key)) visit(key, { byKey, state, cycles });
  return cycles;
}

interface Visit {
  readonly byKey: ReadonlyMap<string, GraphNode>;
  readonly state: Map<string, 'open' | 'done'>;
  readonly cycles: string[][];
}

function visit(start: string, { byKey, state, cycles }: Visit): void {
  const stack = [{ key: start, next: 0 }];
  state.set(start, 'open');
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const dependency = byKey.get(top.key)?.dependsOn[top.next];
    top.next += 1;
    if (dependency === undefined) {
      state.set(top.key, 'done');
      stack.pop();
    } else if (state.get(dependency) === 'open') {
      const path = stack.map((frame) => frame.key);
      if (cycles.length < MAX_CYCLES) cycles.push([...path.slice(path.indexOf(dependency)), dependency]);
    } else if (byKey.has(dependency) && !state.has(dependency)) {
      state.set(dependency, 'open');
      stack.push({ key: dependency, next: 0 });
    }
  }
}

/**
 * Asks whether `ancestor` must settle before `key` starts. Computed on the first question, a bit for each pair:
 * 5,000 steps take 3 MB. Steps in or behind a cycle have no ancestors here.
 */
export function ancestry(nodes: readonly GraphNode[]): (ancestor: string, key: string) => boolean {
  let rows: ReadonlyMap<string, Uint32Array> | undefined;
  const index = new Map(nodes.map((node, position) => [node.key, position]));
  return (ancestor, key) => {
    rows ??= ancestorRows(nodes, index);
    const bit = index.get(ancestor);
    const row = rows.get(key);
    return bit !== undefined && row !== undefined && ((row[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
  };
}

function ancestorRows(nodes: readonly GraphNode[], index: ReadonlyMap<string, number>): ReadonlyMap<string, Uint32Array> {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const rows = new Map<string, Uint32Array>();
  for (const key of levelsOf(nodes).flat()) {
    const row = new Uint32Array(Math.ceil(nodes.length / 32));
    for (const dependency of byKey.get(key)?.dependsOn ?? []) {
      const bit = index.get(dependency);
      if (bit === undefined) continue;
      row[bit >>> 5] = (row[bit >>> 5] ?? 0) | (1 << (bit & 31));
      rows.get(dependency)?.forEach((word, at) => {
        row[at] = (row[at] ?? 0) | word;
      });
    }
    rows.set(key, row);
  }
  return rows;
}

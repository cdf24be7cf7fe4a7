// The rows of a run's tree in order: steps, and under loops and maps which pass or item they belong to.

import type { StepView } from '#protocol/runView.ts';

export interface TreeNode {
  readonly depth: number;
  readonly label: string;
  /** Null for a heading or a folded part. */
  readonly step: StepView | null;
}

/** Of a list longer than this only what matters is shown when it is folded. */
const MANY = 8;
/** Settled passes or items that a folded list keeps: the latest. */
const KEPT = 3;

export function treeNodes(steps: readonly StepView[], depth = 0): readonly TreeNode[] {
  return steps.flatMap((step) => [{ depth, label: step.title, step }, ...childNodes(step, depth + 1)]);
}

/** Children of one pass or item stand together; a heading says which, unless there is but one pass. */
function childNodes(parent: StepView, depth: number): readonly TreeNode[] {
  const scopes = scopesOf(parent);
  if (scopes.size <= 1 && parent.kind !== 'map') return treeNodes(parent.children, depth);
  return Array.from(scopes).flatMap(([scope, children]) => {
    const name = scopeName(scope);
    const [only] = children;
    if (only !== undefined && children.length === 1) {
      const label = name === '' ? only.title : `${only.title} · ${name}`;
      return [{ depth, label, step: only }, ...childNodes(only, depth + 1)];
    }
    return [{ depth, label: name, step: null }, ...treeNodes(children, depth + 1)];
  });
}

/** By the parent's segment of the path: `repair#2`, `each[0]`, or the parent itself for a sub-workflow. */
function scopesOf(parent: StepView): ReadonlyMap<string, readonly StepView[]> {
  const scopes = new Map<string, StepView[]>();
  for (const child of parent.children) {
    const scope = child.path.slice(parent.path.length, child.path.lastIndexOf('/'));
    scopes.set(scope, [...(scopes.get(scope) ?? []), child]);
  }
  return scopes;
}

function scopeName(scope: string): string {
  const pass = /^#(\d+)$/.exec(scope)?.[1];
  if (pass !== undefined) return `pass ${pass}`;
  const item = /^\[(\d+)\]$/.exec(scope)?.[1];
  return item === undefined ? '' : `item ${Number(item) + 1}`;
}

const settled = (step: StepView): boolean => ['succeeded', 'skipped', 'cancelled'].includes(step.status);
const idle = (step: StepView): boolean => ['pending', 'queued', 'assigned'].includes(step.status);

/** Long runs of settled or waiting rows below the top level become one row that counts them. */
export function foldedSteps(nodes: readonly TreeNode[]): readonly TreeNode[] {
  const folded: TreeNode[] = [];
  for (let at = 0; at < nodes.length;) {
    const run = quietRun(nodes, at);
    if (run.length <= MANY) {
      const [first] = nodes.slice(at, at + 1);
      if (first !== undefined) folded.push(first);
      at += 1;
      continue;
    }
    const waiting = run.every((node) => node.step === null || idle(node.step));
    const hidden = waiting ? run : run.slice(0, -KEPT);
    const steps = hidden.filter((node) => node.step !== null).length;
    folded.push({ depth: run[0]?.depth ?? 0, label: `… ${steps} ${waiting ? 'to come' : 'done'}`, step: null });
    if (!waiting) folded.push(...run.slice(-KEPT));
    at += run.length;
  }
  return folded;
}

/** From `at` on, the rows below the top level that are all done, or all still to come. */
function quietRun(nodes: readonly TreeNode[], at: number): readonly TreeNode[] {
  const same = [settled, idle].find((is) => nodes[at]?.step && is(nodes[at].step));
  if (same === undefined || nodes[at]?.depth === 0) return [];
  let end = at;
  while (end < nodes.length && nodes[end]?.depth !== 0 && isQuiet(nodes[end], same)) end += 1;
  return nodes.slice(at, end);
}

const isQuiet = (node: TreeNode | undefined, same: (step: StepView) => boolean): boolean =>
  node !== undefined && (node.step === null || same(node.step));

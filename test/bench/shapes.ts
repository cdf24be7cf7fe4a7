// The shapes of work that are measured: the same graph for our engine and for others.

import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import { task, workflow } from '#test/support/workflows.ts';

export interface Shape {
  readonly name: string;
  /** Each step with those it waits for; in an order in which they can run. */
  readonly steps: readonly { readonly key: string; readonly after: readonly string[] }[];
}

function keys(count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

export function chainOf(length: number): Shape {
  const all = keys(length, 's');
  return {
    name: `chain of ${length.toLocaleString('en')}`,
    steps: all.map((key, at) => ({ key, after: all.slice(Math.max(0, at - 1), at) })),
  };
}

/** Levels of `width` steps, each step waiting for the whole level before it. */
export function levels(depth: number, width: number): Shape {
  const level = (at: number): string[] => (at < 0 ? [] : keys(width, `l${at}x`));
  const steps = Array.from({ length: depth }, (_, at) => level(at).map((key) => ({ key, after: level(at - 1) })));
  return { name: `${depth} × ${width}`, steps: steps.flat() };
}

export function fanOut(width: number): Shape {
  const middle = keys(width, 's');
  const spread = middle.map((key) => ({ key, after: ['first'] }));
  return { name: `1 → ${width.toLocaleString('en')} → 1`, steps: [{ key: 'first', after: [] }, ...spread, { key: 'last', after: middle }] };
}

/** No limit on how many steps of a level run at once. */
export function definitionOf({ steps }: Shape): WorkflowDefinition {
  const tasks = steps.map(({ key, after }) => task(key, { dependsOn: after }));
  return workflow(tasks, { limits: { maxParallelSteps: steps.length } });
}

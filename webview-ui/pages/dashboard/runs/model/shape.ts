// The plan of a run as its first event holds it: the steps, what they wait for, and what stands inside which.

import type { Json, JsonObject } from '#base/json.ts';
import type { StepKind } from '#protocol/runView.ts';

/** A step of the plan. Its `id` is its path without passes and items: `repair/verify`. */
export interface PlannedStep {
  readonly id: string;
  readonly key: string;
  readonly title: string;
  readonly kind: StepKind;
  /** Ids of steps of the same scope. */
  readonly dependsOn: readonly string[];
  readonly agent: string | null;
  readonly action: string | null;
  /** It has something to undo it with. */
  readonly undoable: boolean;
  /** Of a loop: the most passes, and when it ends. */
  readonly maxIterations: number | null;
  readonly until: string | null;
  readonly children: readonly PlannedStep[];
}

export interface Plan {
  readonly name: string;
  readonly version: string;
  /** Steps of the run itself. */
  readonly roots: readonly PlannedStep[];
  readonly byId: ReadonlyMap<string, PlannedStep>;
}

/** Reads a checked definition; `library` holds those of its sub-workflows. A workflow within itself is not opened again. */
export function readPlan(definition: Json, library: Readonly<Record<string, Json>>): Plan {
  const byId = new Map<string, PlannedStep>();
  const read = (steps: readonly JsonObject[], prefix: string, within: readonly string[]): PlannedStep[] =>
    steps.map((step) => {
      const id = `${prefix}${text(step['key'])}`;
      const planned = plannedStep(step, id, prefix, read(...inside(step, `${id}/`, within)));
      byId.set(id, planned);
      return planned;
    });
  const inside = (step: JsonObject, prefix: string, within: readonly string[]): Parameters<typeof read> => {
    if (step['kind'] !== 'workflow') return [objects(step['steps']), prefix, within];
    const name = text(step['workflow']);
    return within.includes(name) ? [[], prefix, within] : [objects(object(library[name])['steps']), prefix, [...within, name]];
  };
  const top = object(definition);
  const name = text(top['name']);
  return { name, version: text(top['version']), roots: read(objects(top['steps']), '', [name]), byId };
}

/** The id of the planned step that a path is an instance of: `repair#2/verify` is one of `repair/verify`. */
export function planId(path: string): string {
  return path.replaceAll(/#\d+(?=\/)|\[\d+\](?=\/)/g, '');
}

/** The pass or item a path is in, innermost: `#2`, `[0]`, or nothing. */
export function instanceOf(path: string): string {
  return /(#\d+|\[\d+\])\/[^/]*$/.exec(path)?.[1] ?? '';
}

/** The step itself, or one inside it: `repair#2/test` is within `repair`, `repair-all` is not. */
export function isWithin(path: string, selected: string): boolean {
  return path.startsWith(selected) && /^(?:$|[/#[])/.test(path.slice(selected.length));
}

function plannedStep(step: JsonObject, id: string, prefix: string, children: readonly PlannedStep[]): PlannedStep {
  const key = text(step['key']);
  const compensate = step['compensate'] ?? null;
  return {
    id,
    key,
    title: text(step['name']) || key,
    kind: text(step['kind']) as StepKind,
    dependsOn: texts(step['dependsOn']).map((one) => prefix + one),
    agent: textOrNull(step['agent']),
    action: textOrNull(step['action']),
    undoable: compensate !== null,
    maxIterations: typeof step['maxIterations'] === 'number' ? step['maxIterations'] : null,
    until: textOrNull(step['until']),
    children,
  };
}

function object(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.map((one) => object(one as Json)) : [];
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function textOrNull(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

// Every step of a definition with its place in the file and what its expressions may see.

import type { Json } from '#base/json.ts';
import type { Step, WorkflowDefinition } from '#core/workflow/definition.ts';
import type { ValuePath } from '#core/workflow/issue.ts';

/** One list of steps: the top level, a loop pass or a map element. */
export interface Scope {
  readonly steps: readonly Step[];
  /** Path of the list in the file. */
  readonly path: ValuePath;
  /** The composite step around it and that step's own scope; null at the top. */
  readonly outer: { readonly step: Step; readonly scope: Scope } | null;
}

export function topScope(definition: WorkflowDefinition): Scope {
  return { steps: definition.steps, path: ['steps'], outer: null };
}

/** The list of steps inside a loop or map; null for other steps. */
export function innerScope(step: Step, path: ValuePath, scope: Scope): Scope | null {
  if (step.kind !== 'loop' && step.kind !== 'map') return null;
  return { steps: step.steps, path: [...path, step.kind, 'steps'], outer: { step, scope } };
}

/** The scope and all scopes inside it, outer ones first. */
export function* scopesIn(scope: Scope): Generator<Scope> {
  yield scope;
  for (const [index, step] of scope.steps.entries()) {
    const inner = innerScope(step, [...scope.path, index], scope);
    if (inner) yield* scopesIn(inner);
  }
}

/** Every step at every depth with its path in the file. */
export function* stepsIn(
  definition: WorkflowDefinition,
): Generator<{ readonly step: Step; readonly path: ValuePath; readonly scope: Scope }> {
  for (const scope of scopesIn(topScope(definition))) {
    for (const [index, step] of scope.steps.entries()) yield { step, path: [...scope.path, index], scope };
  }
}

/** A text of a step that is compiled: an expression, a condition or a template. */
export interface StepText {
  readonly kind: 'expression' | 'template';
  readonly text: string;
  readonly path: ValuePath;
  /** It is evaluated after a pass of the loop and sees all inner results. */
  readonly afterPass: boolean;
}

export function textsOf(step: Step, path: ValuePath): readonly StepText[] {
  const texts: StepText[] = [];
  const add = (kind: StepText['kind'], text: string | null, at: readonly string[], afterPass = false): void => {
    if (text !== null) texts.push({ kind, text, path: [...path, ...at], afterPass });
  };
  add('expression', step.when, ['when']);
  if (step.kind === 'task') {
    add('template', step.prompt, ['prompt']);
    templatesIn(step.with, [...path, 'with'], texts);
    if (step.compensate) templatesIn(step.compensate.with, [...path, 'compensate', 'with'], texts);
  } else if (step.kind === 'gate') {
    add('expression', step.check, ['gate', 'check']);
    add('template', step.message, ['gate', 'message']);
  } else if (step.kind === 'loop') add('expression', step.until, ['loop', 'until'], true);
  else if (step.kind === 'map') add('expression', step.over, ['map', 'over']);
  else templatesIn(step.with, [...path, 'with'], texts);
  return texts;
}

function templatesIn(value: Json, path: ValuePath, texts: StepText[]): void {
  if (typeof value === 'string') {
    if (value.includes('{{')) texts.push({ kind: 'template', text: value, path, afterPass: false });
  } else if (Array.isArray(value)) {
    for (const [index, item] of (value as readonly Json[]).entries()) templatesIn(item, [...path, index], texts);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) templatesIn(item, [...path, key], texts);
  }
}

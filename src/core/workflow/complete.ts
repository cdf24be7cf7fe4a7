// Editor help for workflow files, free of any editor: what may stand at an offset, and what a key means. Works on
// half-written text; YAML only (in JSON the editor's own JSON Schema support does this).

import type { ValuePath } from '#core/workflow/issue.ts';
import { outline, type OutlineLine } from '#core/workflow/outline.ts';
import { workflowPlaces } from '#core/workflow/schemaKeys.ts';
import { type Hover, hoverIn, keyOptions, literalOptions, samePath, takesKeys, unquote } from '#core/workflow/schemaOptions.ts';

export interface Completion {
  readonly label: string;
  readonly kind: 'key' | 'value' | 'agent' | 'skill' | 'workflow' | 'step' | 'expression';
  readonly description: string;
  readonly insert: string;
  /** Offsets of the text it replaces. */
  readonly start: number;
  readonly end: number;
}

/** Names with a description each. */
export type Described = ReadonlyMap<string, string>;

export interface KnownForEditor {
  readonly agents: Described;
  readonly skills: Described;
  readonly workflows: Described;
}

type Option = Pick<Completion, 'label' | 'kind' | 'description'> & { readonly insert?: string };

const EXPRESSION_KEYS = new Set(['when', 'until', 'over', 'check', 'output']);
const ROOTS: readonly (readonly [string, string])[] = [
  ['inputs', 'Inputs of the run.'],
  ['results', 'Results of settled steps, by key.'],
  ['context', 'The run itself: runId, mode, hasModel, workflow.'],
  ['iteration', 'In a loop: the pass, from 1.'],
  ['last', 'In a loop: results of the pass before.'],
  ['item', 'In a map: the element.'],
  ['index', 'In a map: its position, from 0.'],
  ['findings', 'findings(results): all findings of these results.'],
  ['has', 'has(a.b): whether it is there.'],
  ['size', 'size(list): how many.'],
];
const CONTEXT: readonly (readonly [string, string])[] = [
  ['runId', 'Id of the run.'],
  ['mode', '`strict`, `auto` or `dry-run`.'],
  ['hasModel', 'Whether a language model can be called.'],
  ['workflow', 'Name of the workflow.'],
];

/** What may stand at the offset, in a good order; empty when nothing is known. Never throws. */
export function completionsAt(text: string, offset: number, known: KnownForEditor): readonly Completion[] {
  const lines = outline(text, offset);
  const line = lines[text.slice(0, offset).split('\n').length - 1];
  if (!line) return [];
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const place = { lines, line, before, known };
  const inKey = line.kind === 'bare' ? takesKeys(workflowPlaces, line.path) : line.kind === 'pair' && offset <= line.keyEnd;
  const prefix = /[A-Za-z0-9_-]*$/.exec(before)?.[0] ?? '';
  const dotted = /[A-Za-z0-9_.-]*$/.exec(before)?.[0] ?? '';
  const options = inKey ? keyOptions(workflowPlaces, lines, line) : valueOptions(place);
  // Skill ids hold dots; expressions complete the part behind the last one.
  const start = offset - (options.some((option) => option.kind === 'skill') ? dotted : prefix).length;
  const end = offset + (/^[A-Za-z0-9_-]*/.exec(text.slice(offset))?.[0].length ?? 0);
  return options.map((option) => ({ ...option, insert: option.insert ?? option.label, start, end }));
}

/** What the key at the offset (or of the value there) means; null when nothing is known. Never throws. */
export const hoverAt = (text: string, offset: number): Hover | null => hoverIn(workflowPlaces, text, offset);

interface Place {
  readonly lines: readonly (OutlineLine | null)[];
  readonly line: OutlineLine;
  /** The line up to the cursor. */
  readonly before: string;
  readonly known: KnownForEditor;
}

function valueOptions(place: Place): readonly Option[] {
  const { line, before } = place;
  const path = line.kind === 'pair' ? [...line.path, line.key as string] : line.path;
  const key = path.findLast((part) => typeof part === 'string');
  if (EXPRESSION_KEYS.has(String(key)) || inTemplate(before)) return expressionOptions(place, path);
  if (line.kind === 'text') return [];
  const stepKey = stepPathOf(path)?.length === path.length - (typeof path.at(-1) === 'number' ? 2 : 1);
  if (stepKey && key === 'agent') return described(place.known.agents, 'agent');
  if (key === 'action') return described(place.known.skills, 'skill');
  if (stepKey && key === 'workflow') return described(place.known.workflows, 'workflow');
  if (stepKey && key === 'dependsOn') return stepOptions(place, path);
  return literalOptions(workflowPlaces, path);
}

function described(names: Described, kind: Option['kind']): readonly Option[] {
  return Array.from(names, ([label, description]) => ({ label, kind, description }));
}

function inTemplate(before: string): boolean {
  return before.lastIndexOf('{{') > before.lastIndexOf('}}');
}

function expressionOptions(place: Place, path: ValuePath): readonly Option[] {
  const root = /([A-Za-z_]+)\.\??[A-Za-z0-9_-]*$/.exec(place.before)?.[1];
  if (root === undefined) {
    if (/\.[A-Za-z0-9_-]*$/.test(place.before)) return [];
    return ROOTS.filter(([name]) => visible(name, path)).map(([label, description]) => ({ label, kind: 'expression', description }));
  }
  if (root === 'results')
    return scopesAround(path)
      .flatMap((scope) => stepsOf(place.lines, scope))
      .filter((option) => !isSelf(place, path, option));
  if (root === 'last') return stepsOf(place.lines, scopesAround(path)[0] ?? []);
  if (root === 'inputs') return inputOptions(place.lines);
  return root === 'context' ? CONTEXT.map(([label, description]) => ({ label, kind: 'expression', description })) : [];
}

function visible(root: string, path: ValuePath): boolean {
  if (root === 'iteration' || root === 'last') return path.includes('loop');
  return root === 'item' || root === 'index' ? path.includes('map') : true;
}

function inputOptions(lines: Place['lines']): readonly Option[] {
  const names = lines.flatMap((line) =>
    line?.kind === 'pair' && line.path.length === 1 && line.path[0] === 'inputs' ? [line.key as string] : [],
  );
  return names.map((label) => ({ label, kind: 'expression', description: 'Input of the run.' }));
}

/** Steps the one at `path` may depend on: those of its list but itself and those it names already. */
function stepOptions(place: Place, path: ValuePath): readonly Option[] {
  const named = new Set(place.before.split(/[^A-Za-z0-9_-]+/));
  const [scope = []] = scopesAround(path);
  return stepsOf(place.lines, scope).filter((option) => !isSelf(place, path, option) && !named.has(option.label));
}

/** The step itself, or a loop or map around it: their results are not there yet. */
function isSelf(place: Place, path: ValuePath, option: Option): boolean {
  for (let step = stepPathOf(path); step; step = stepPathOf(step.slice(0, -1))) {
    const own = place.lines.find((line) => line?.key === 'key' && samePath(line.path, step));
    if (own && unquote(own.value) === option.label) return true;
  }
  return false;
}

/** Path of the innermost step around: the longest start that ends in `steps`, index. */
function stepPathOf(path: ValuePath): ValuePath | undefined {
  for (let end = path.length; end >= 2; end -= 1) {
    if (path[end - 2] === 'steps' && typeof path[end - 1] === 'number') return path.slice(0, end);
  }
  return undefined;
}

/** Paths of the step lists around, innermost first. An `until` also sees the steps of its own loop. */
function scopesAround(path: ValuePath): readonly ValuePath[] {
  const scopes: ValuePath[] = path.at(-1) === 'until' ? [[...path.slice(0, -1), 'steps']] : [];
  for (let end = path.length; end >= 2; end -= 1) {
    if (path[end - 2] === 'steps' && typeof path[end - 1] === 'number') scopes.push(path.slice(0, end - 1));
  }
  return scopes.length === 0 ? [['steps']] : scopes;
}

function stepsOf(lines: Place['lines'], scope: ValuePath): readonly Option[] {
  const options: Option[] = [];
  for (const line of lines) {
    if (line?.key !== 'key' || typeof line.path.at(-1) !== 'number' || !samePath(line.path.slice(0, -1), scope)) continue;
    const label = unquote(line.value);
    const name = lines.find((other) => other?.key === 'name' && samePath(other.path, line.path))?.value ?? '';
    if (label !== '') options.push({ label, kind: 'step', description: unquote(name) });
  }
  return options;
}

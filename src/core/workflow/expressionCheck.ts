// Checks every expression and template of a definition before it runs: syntax, names, and whether what it reads can be there.

import { isAppError } from '#base/errors.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import { compileExpression } from '#core/workflow/expression.ts';
import { ancestry } from '#core/workflow/graph.ts';
import { errorAt, type Issue, type ValuePath, warningAt } from '#core/workflow/issue.ts';
import { didYouMean } from '#core/workflow/nearest.ts';
import { factsOf, type Reference } from '#core/workflow/references.ts';
import { splitTemplate } from '#core/workflow/template.ts';
import { innerScope, type Scope, scopesIn, textsOf, topScope } from '#core/workflow/walk.ts';

const CONTEXT_KEYS = ['runId', 'mode', 'hasModel', 'workflow'] as const;
/** Where an expression stands: which steps it may read and which must have settled before. */
interface Viewpoint {
  readonly scope: Scope;
  /** The step it belongs to; null: all steps of the scope have settled (an output, `until`). */
  readonly step: string | null;
}

type Settled = (ancestor: string, key: string) => boolean;

class Checker {
  readonly issues: Issue[] = [];
  readonly #inputs: readonly string[];
  readonly #settled = new Map<Scope, Settled>();

  constructor(definition: WorkflowDefinition) {
    this.#inputs = definition.inputs.map((input) => input.name);
  }

  template(text: string, path: ValuePath, viewpoint: Viewpoint): void {
    if (!text.includes('{{')) return;
    try {
      for (const part of splitTemplate(text)) {
        if (part.kind === 'expression') this.expression(part.source, path, viewpoint, part.offset);
      }
    } catch (error) {
      this.#broken(error, text, path, 0);
    }
  }

  /** `offset`: where the expression starts in the text at `path`. */
  expression(source: string, path: ValuePath, viewpoint: Viewpoint, offset = 0): void {
    try {
      const { references } = factsOf(compileExpression(source).ast);
      for (const reference of references) this.#reference(reference, source, path, viewpoint, offset);
    } catch (error) {
      this.#broken(error, source, path, offset);
    }
  }

  #broken(error: unknown, text: string, path: ValuePath, offset: number): void {
    if (!isAppError(error)) throw error;
    const { start, end, reason } = error.details;
    const from = typeof start === 'number' ? start : 0;
    const to = typeof end === 'number' ? end : text.length;
    // An error at the end of the text has no character of its own: show the whole.
    const excerpt = to > from ? { text: text.slice(from, to), offset: offset + from } : { text, offset };
    const message =
      error.code === 'workflow.template' ? error.message : `In \`${text}\`: ${typeof reason === 'string' ? reason : error.message}.`;
    this.issues.push({
      ...errorAt(path, '', message, { excerpt, hint: error.code === 'workflow.expression' ? expressionHint(text) : '' }),
      code: error.code,
    });
  }

  #reference(reference: Reference, source: string, path: ValuePath, viewpoint: Viewpoint, offset: number): void {
    const issue = this.#referenceIssue(reference, path, viewpoint);
    if (!issue) return;
    const text = source.slice(reference.start, reference.end);
    this.issues.push({ ...issue, excerpt: { text, offset: offset + reference.start } });
  }

  #referenceIssue({ root, member, asked }: Reference, path: ValuePath, viewpoint: Viewpoint): Issue | null {
    switch (root) {
      case 'results':
        return member === null ? null : this.#result(member, asked, path, viewpoint);
      case 'inputs':
        return member === null || this.#inputs.includes(member) ? null : unknownMember(path, 'inputs', member, this.#inputs);
      case 'context':
        return member === null || CONTEXT_KEYS.some((key) => key === member) ? null : unknownMember(path, 'context', member, CONTEXT_KEYS);
      case 'last':
        return this.#last(member, path, viewpoint);
      case 'iteration':
      case 'item':
      case 'index':
        return this.#inside(root, path, viewpoint);
      default:
        return errorAt(path, 'unknownName', `\`${root}\` is no name that expressions know.`, {
          hint: didYouMean(root, rootsOf(viewpoint.scope)),
        });
    }
  }

  #inside(root: string, path: ValuePath, { scope }: Viewpoint): Issue | null {
    if (rootsOf(scope).includes(root)) return null;
    const kind = root === 'iteration' ? 'loop' : 'map';
    return errorAt(path, 'unknownName', `\`${root}\` is only there inside a \`${kind}\`.`);
  }

  #last(member: string | null, path: ValuePath, { scope }: Viewpoint): Issue | null {
    const loop = enclosing(scope, 'loop');
    if (!loop) return errorAt(path, 'unknownName', '`last` is only there inside a `loop`.');
    const keys = loop.steps.map((step) => step.key);
    return member === null || keys.includes(member) ? null : unknownMember(path, 'last', member, keys);
  }

  #result(key: string, asked: boolean, path: ValuePath, viewpoint: Viewpoint): Issue | null {
    let reader = viewpoint.step;
    for (let scope: Scope | undefined = viewpoint.scope; scope; scope = scope.outer?.scope) {
      if (scope.steps.some((step) => step.key === key)) return asked ? null : this.#upstream(key, reader, scope, path);
      reader = scope.outer?.step.key ?? null;
    }
    return unknownResult(key, path, viewpoint.scope);
  }

  #upstream(key: string, reader: string | null, scope: Scope, path: ValuePath): Issue | null {
    if (reader === null) return null;
    if (key === reader) return errorAt(path, 'unknownResult', `Step \`${key}\` reads its own result, which is not there yet.`);
    if (scope.steps.find((step) => step.key === reader)?.dependsOn.includes(key)) return null;
    let settled = this.#settled.get(scope);
    if (!settled) {
      settled = ancestry(scope.steps);
      this.#settled.set(scope, settled);
    }
    if (settled(key, reader)) return null;
    return warningAt(path, 'notUpstream', `\`results.${key}\` may not be there yet: \`${reader}\` does not depend on \`${key}\`.`, {
      hint: `Add \`${key}\` to the \`dependsOn\` of \`${reader}\`.`,
    });
  }
}

/** Issues of all expressions and templates of the definition. */
export function expressionIssues(definition: WorkflowDefinition): readonly Issue[] {
  const checker = new Checker(definition);
  const top = topScope(definition);
  for (const scope of scopesIn(top)) {
    for (const [index, step] of scope.steps.entries()) {
      const path = [...scope.path, index];
      for (const text of textsOf(step, path)) {
        const inner = text.afterPass ? innerScope(step, path, scope) : null;
        const viewpoint = inner ? { scope: inner, step: null } : { scope, step: step.key };
        if (text.kind === 'template') checker.template(text.text, text.path, viewpoint);
        else checker.expression(text.text, text.path, viewpoint);
      }
    }
  }
  if (definition.output !== null) checker.expression(definition.output, ['output'], { scope: top, step: null });
  return checker.issues;
}

/** The names an expression in this scope may start with. */
function rootsOf(scope: Scope): readonly string[] {
  const roots = ['inputs', 'results', 'context'];
  if (enclosing(scope, 'loop')) roots.push('iteration', 'last');
  if (enclosing(scope, 'map')) roots.push('item', 'index');
  return roots;
}

function enclosing(scope: Scope, kind: 'loop' | 'map'): Scope | null {
  for (let at: Scope | undefined = scope; at; at = at.outer?.scope) if (at.outer?.step.kind === kind) return at;
  return null;
}

function unknownMember(path: ValuePath, root: string, member: string, known: readonly string[]): Issue {
  const hint = root === 'inputs' && known.length === 0 ? 'Declare it under `inputs:`.' : didYouMean(member, known);
  return errorAt(path, 'unknownName', `\`${root}.${member}\` is not there.`, { hint });
}

function unknownResult(key: string, path: ValuePath, scope: Scope): Issue {
  const visible: string[] = [];
  let top = scope;
  for (let at: Scope | undefined = scope; at; at = at.outer?.scope) {
    visible.push(...at.steps.map((step) => step.key));
    top = at;
  }
  const owner = Array.from(scopesIn(top)).find((at) => at.steps.some((step) => step.key === key))?.outer?.step;
  const hint = owner ? insideHint(owner.key, owner.kind, key) : didYouMean(key, visible);
  return errorAt(path, 'unknownResult', `\`results.${key}\`: there is no step \`${key}\` that this can see.`, { hint });
}

function insideHint(owner: string, kind: string, key: string): string {
  const how = kind === 'loop' ? `results.${owner}.last.${key}` : `results.${owner}.map(one, one.${key})`;
  return `It is inside \`${owner}\`: write \`${how}\`.`;
}

function expressionHint(text: string): string {
  if (/[^=!<>]=[^=]/.test(text)) return 'Compare with `==`.';
  if (/\b(and|or|not)\b/i.test(text)) return 'Write `&&`, `||` and `!`.';
  return text.includes('===') ? 'Write `==`.' : '';
}

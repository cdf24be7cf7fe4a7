// Templates: `{{ expression }}` inside strings of prompts, messages and arguments. For a literal `{{` write `{{ "{{" }}`.

import { AppError } from '#base/errors.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { ExpressionScope } from '#core/workflow/definition.ts';
import { compileExpression, expressionError } from '#core/workflow/expression.ts';
import { renderValue } from '#core/workflow/renderValue.ts';

/** Most characters one filled template may have. */
const MAX_TEMPLATE_LENGTH = 262_144;
const CACHE_SIZE = 2000;

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  /** `offset`: where the trimmed expression starts in the template, in UTF-16 code units. */
  | { readonly kind: 'expression'; readonly source: string; readonly offset: number };

const cache = new Map<string, readonly TemplatePart[]>();

/** Splits and compiles. Throws `workflow.template` for a `{{` that is not closed or empty, `workflow.expression` for what is inside. */
function parseTemplate(text: string): readonly TemplatePart[] {
  const known = cache.get(text);
  if (known) return known;
  const parts = splitTemplate(text);
  for (const part of parts) if (part.kind === 'expression') compileExpression(part.source);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(text, parts);
  return parts;
}

/** Splits without compiling. Throws `workflow.template` with `start` and `end` in its details. */
export function splitTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let at = 0;
  for (let open = text.indexOf('{{'); open !== -1; open = text.indexOf('{{', at)) {
    if (open > at) parts.push({ kind: 'text', text: text.slice(at, open) });
    const close = findClose(text, open + 2);
    if (close === -1) throw templateError(text, 'a `{{` has no `}}`', open, open + 2);
    const inner = text.slice(open + 2, close);
    const source = inner.trim();
    if (source === '') throw templateError(text, 'there is nothing between `{{` and `}}`', open, close + 2);
    parts.push({ kind: 'expression', source, offset: open + 2 + inner.indexOf(source) });
    at = close + 2;
  }
  if (at < text.length) parts.push({ kind: 'text', text: text.slice(at) });
  return parts;
}

/** Fills a string as text: strings as they are, findings as a readable list, other values as compact JSON, null as nothing. */
export function fillText(text: string, scope: ExpressionScope): string {
  const parts = parseTemplate(text);
  let out = '';
  for (const part of parts) {
    out += part.kind === 'text' ? part.text : renderValue(compileExpression(part.source).value(scope) ?? null);
    if (out.length > MAX_TEMPLATE_LENGTH) throw templateTooLarge(text);
  }
  return out;
}

/**
 * Fills every string of the arguments. A string that is one whole template keeps its value's type; when that is null or
 * unknown the key is left out (in a list it is null), so that a skill sees "not given".
 */
export function fillArguments(args: JsonObject, scope: ExpressionScope): JsonObject {
  const entries: [string, Json][] = [];
  for (const [key, value] of Object.entries(args)) {
    const filled = fillValue(value, scope);
    if (filled !== undefined) entries.push([key, filled]);
  }
  return Object.fromEntries(entries);
}

/** True when a string holds `{{`. */
function isTemplate(text: string): boolean {
  return text.includes('{{');
}

function fillValue(value: Json, scope: ExpressionScope): Json | undefined {
  if (typeof value === 'string') return isTemplate(value) ? fillString(value, scope) : value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => fillValue(item, scope) ?? null);
  return value !== null && typeof value === 'object' ? fillArguments(value as JsonObject, scope) : value;
}

function fillString(text: string, scope: ExpressionScope): Json | undefined {
  const [only, ...rest] = parseTemplate(text.trim());
  if (only?.kind === 'expression' && rest.length === 0) return compileExpression(only.source).value(scope) ?? undefined;
  return fillText(text, scope);
}

/** The `}}` that closes, not one inside a string or a map of the expression. */
function findClose(text: string, from: number): number {
  let depth = 0;
  let quote = '';
  for (let at = from; at < text.length; at += 1) {
    const char = text[at] as string;
    if (quote !== '') {
      if (char === '\\') at += 1;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '{') depth += 1;
    else if (char === '}' && depth > 0) depth -= 1;
    else if (char === '}' && text[at + 1] === '}') return at;
  }
  return -1;
}

function templateError(template: string, reason: string, start: number, end: number): AppError {
  return new AppError({ code: 'workflow.template', message: `In a template: ${reason}.`, details: { template, reason, start, end } });
}

function templateTooLarge(template: string): AppError {
  return expressionError(
    template,
    `the filled template is longer than ${MAX_TEMPLATE_LENGTH} characters; pass less, with \`filter\` or fewer fields`,
  );
}

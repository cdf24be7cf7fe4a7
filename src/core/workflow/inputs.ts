// The inputs of a run: checked and completed against the workflow's specs, every problem at once.

import { AppError } from '#base/errors.ts';
import { type Json, type JsonObject, stableStringify } from '#base/json.ts';
import type { InputSpec } from '#protocol/workflow.ts';
import { kindOf } from '#core/workflow/expression.ts';
import { didYouMean } from '#core/workflow/nearest.ts';

/**
 * Defaults filled in; an optional input without value or default is absent. Throws `workflow.badInput` with
 * `details.problems` ({input, message}[]) when anything is wrong.
 */
export function completeInputs(specs: readonly InputSpec[], given: JsonObject): JsonObject {
  const names = specs.map((spec) => spec.name);
  const problems: { readonly input: string; readonly message: string }[] = [];
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const hint = names.length === 0 ? 'This workflow has no inputs.' : didYouMean(name, names);
    problems.push({ input: name, message: `There is no input \`${name}\`. ${hint}`.trim() });
  }
  const complete: [string, Json][] = [];
  for (const spec of specs) {
    const value = Object.hasOwn(given, spec.name) ? given[spec.name] : spec.default;
    const wrong = value === undefined ? null : valueIssue(spec, value);
    if (wrong !== null) problems.push({ input: spec.name, message: `Input \`${spec.name}\` ${wrong}.` });
    else if (value !== undefined) complete.push([spec.name, value]);
    else if (spec.required) problems.push({ input: spec.name, message: missingText(spec) });
  }
  if (problems.length > 0) throw badInput(problems);
  return Object.fromEntries(complete);
}

/**
 * Command-line words `key=value` as typed values: numbers and booleans by their spec, lists as JSON or comma-separated,
 * objects as JSON. Names are not checked here. Throws `workflow.badInput`.
 */
export function parseInputWords(specs: readonly InputSpec[], words: readonly string[]): JsonObject {
  const problems: { readonly input: string; readonly message: string }[] = [];
  const values: [string, Json][] = [];
  for (const word of words) {
    const at = word.indexOf('=');
    if (at <= 0) {
      problems.push({ input: word, message: `\`${word}\` is not an input; write \`name=value\`.` });
      continue;
    }
    const name = word.slice(0, at);
    const spec = specs.find((candidate) => candidate.name === name);
    const value = coerce(spec, word.slice(at + 1));
    if (value === undefined)
      problems.push({
        input: name,
        message: `Input \`${name}\` must be ${TYPE_TEXT[spec?.type ?? 'string']}, but it is \`${word.slice(at + 1)}\`.`,
      });
    else values.push([name, value]);
  }
  if (problems.length > 0) throw badInput(problems);
  return Object.fromEntries(values);
}

/** What is wrong with a value ("must be a number, but it is a string"), or null. */
export function valueIssue(spec: Pick<InputSpec, 'type' | 'enum'>, value: Json): string | null {
  const fits = spec.type === 'array' ? Array.isArray(value) : spec.type === 'object' ? isObject(value) : typeof value === spec.type;
  if (!fits || (typeof value === 'number' && !Number.isFinite(value))) return `must be ${TYPE_TEXT[spec.type]}, but it is ${kindOf(value)}`;
  if (spec.enum === undefined || spec.enum.some((allowed) => stableStringify(allowed) === stableStringify(value))) return null;
  return `must be one of ${spec.enum.map((allowed) => `\`${typeof allowed === 'string' ? allowed : JSON.stringify(allowed)}\``).join(', ')}`;
}

const TYPE_TEXT: Readonly<Record<InputSpec['type'], string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
};

function isObject(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function missingText(spec: InputSpec): string {
  return `Input \`${spec.name}\` is required${spec.description === '' ? '' : `: ${spec.description}`}`.replace(/\.?$/, '.');
}

function badInput(problems: readonly { readonly input: string; readonly message: string }[]): AppError {
  return new AppError({ code: 'workflow.badInput', message: problems.map((problem) => problem.message).join('\n'), details: { problems } });
}

/** Undefined: the text is no value of that type. A name without a spec stays text; completeInputs names it. */
function coerce(spec: InputSpec | undefined, text: string): Json | undefined {
  switch (spec?.type) {
    case 'number': {
      const number = text.trim() === '' ? Number.NaN : Number(text);
      return Number.isFinite(number) ? number : undefined;
    }
    case 'boolean':
      return coerceBoolean(text.trim().toLowerCase());
    case 'array':
      if (!text.trimStart().startsWith('[')) return text === '' ? [] : text.split(',').map((item) => item.trim());
      return parseAs(text, Array.isArray);
    case 'object':
      return parseAs(text, (value) => isObject(value as Json));
    default:
      return text;
  }
}

function coerceBoolean(text: string): boolean | undefined {
  if (text === 'true' || text === 'yes' || text === '1') return true;
  return text === 'false' || text === 'no' || text === '0' ? false : undefined;
}

function parseAs(text: string, fits: (value: unknown) => boolean): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return fits(value) ? (value as Json) : undefined;
  } catch {
    // Not JSON: the caller says what was wanted.
    return undefined;
  }
}

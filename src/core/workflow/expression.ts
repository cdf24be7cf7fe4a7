// Expressions of workflow files: CEL through a library that interprets a syntax tree (no eval). Plain JSON in and out.
//
// What is not there is unknown, as in SQL. A skipped step's result is null, so `results.tests.failed > 0` reads into null:
// - a condition that comes out unknown or null is false, and so is its negation; `&&` and `||` still decide when their
//   other side does (`results.tests.failed > 0 || results.lint.ran` is true when lint ran);
// - a value that comes out unknown is null;
// - `has(a.b)` and `a.?b.orValue(x)` ask on purpose.
// Added to CEL: arithmetic between whole and fractional numbers (JSON knows one number type), and `findings(…)`.

import { type ASTNode, Environment, Optional } from '@marcbachmann/cel-js';
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import { AppError, isAppError } from '#base/errors.ts';
import type { Json, JsonObject } from '#base/json.ts';
import type { ExpressionScope } from '#core/workflow/definition.ts';
import { gatherFindings } from '#core/workflow/gatherFindings.ts';
import { factsOf } from '#core/workflow/references.ts';

/** Longest expression in UTF-16 code units. */
const MAX_EXPRESSION_LENGTH = 4000;
/** `list.map(x, list.map(y, …))` is two; more could take minutes on long lists. */
const MAX_COMPREHENSION_DEPTH = 2;
const CACHE_SIZE = 2000;

export interface Expression {
  readonly source: string;
  readonly ast: ASTNode;
  /** A JSON value, or undefined when it is unknown. Throws `workflow.expression`. */
  value(scope: ExpressionScope): Json | undefined;
}

export function expressionError(expression: string, reason: string, range?: { start: number; end: number }): AppError {
  const details: JsonObject = { expression, reason, ...(range ? { start: range.start, end: range.end } : {}) };
  return new AppError({ code: 'workflow.expression', message: `In \`${shorten(expression)}\`: ${reason}.`, details });
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

const environment = createEnvironment();
const cache = new Map<string, Expression>();

/** Parses once and keeps it. Throws `workflow.expression` with `start` and `end` (offsets in the expression) in its details. */
export function compileExpression(source: string): Expression {
  const known = cache.get(source);
  if (known) return known;
  const compiled = compile(source);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(source, compiled);
  return compiled;
}

/** True or false; unknown and null are false. Anything else throws `workflow.expression`. */
export function evaluateCondition(source: string, scope: ExpressionScope): boolean {
  const value = compileExpression(source).value(scope) ?? false;
  if (typeof value === 'boolean') return value;
  throw expressionError(source, `a condition must be true or false, but this is ${kindOf(value)}`);
}

/** The value as JSON; unknown is null. Throws `workflow.expression`. */
export function evaluateExpression(source: string, scope: ExpressionScope): Json {
  return compileExpression(source).value(scope) ?? null;
}

/** Names for messages: "a list", "a number", … */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
}

function createEnvironment(): Environment {
  const env = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: { maxAstNodes: 2000, maxDepth: 60 },
  });
  const operators: Record<string, (a: number, b: number) => number> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
    '%': (a, b) => a % b,
  };
  for (const [operator, apply] of Object.entries(operators)) {
    const mixed = (a: number | bigint, b: number | bigint): number => apply(Number(a), Number(b));
    env.registerOperator(`double ${operator} int`, mixed);
    env.registerOperator(`int ${operator} double`, mixed);
  }
  env.registerOperator('double % double', operators['%'] as (a: number, b: number) => number);
  env.registerFunction('findings(dyn): list<dyn>', gatherFindings, {
    description: 'All findings of one result, of a list of results, or of all `results`, each once; null and dismissed ones are left out.',
  });
  return env;
}

function compile(source: string): Expression {
  if (source.length > MAX_EXPRESSION_LENGTH) throw expressionError(source, `it is longer than ${MAX_EXPRESSION_LENGTH} characters`);
  try {
    const run = environment.parse(source);
    const checked = run.check();
    if (checked.error) throw checked.error;
    refuseUnbounded(source, run.ast);
    return { source, ast: run.ast, value: (scope) => evaluate(source, () => run({ ...scope }) as unknown) };
  } catch (error) {
    throw fromLibrary(source, error);
  }
}

/** Evaluation must end soon whatever the data: no regular expressions (those of JavaScript can take for ever), no deep nesting. */
function refuseUnbounded(source: string, ast: ASTNode): void {
  const { calls, comprehensionDepth } = factsOf(ast);
  if (calls.has('matches')) throw expressionError(source, '`matches` is not allowed; use `contains`, `startsWith` or `endsWith`');
  if (comprehensionDepth <= MAX_COMPREHENSION_DEPTH) return;
  throw expressionError(source, `it nests ${comprehensionDepth} list functions, and at most ${MAX_COMPREHENSION_DEPTH} are allowed`);
}

function evaluate(source: string, run: () => unknown): Json | undefined {
  let value: unknown;
  try {
    value = run();
  } catch (error) {
    if (isUnknown(error)) return undefined;
    throw fromLibrary(source, error);
  }
  return toJson(source, value);
}

interface LibraryError {
  readonly code: string;
  readonly summary: string;
  readonly range?: { readonly start: number; readonly end: number };
}

function isLibraryError(error: unknown): error is LibraryError {
  return error instanceof Error && typeof (error as Partial<LibraryError>).summary === 'string';
}

function fromLibrary(source: string, error: unknown): AppError {
  if (isAppError(error)) return error;
  if (isLibraryError(error)) return expressionError(source, reasonOf(error), error.range);
  if (error instanceof RangeError) return expressionError(source, 'it is nested too deeply');
  return expressionError(source, error instanceof Error ? error.message : String(error));
}

/** The library's texts, where an author would not understand them. */
function reasonOf({ summary }: LibraryError): string {
  if (/\bEOF\b/.test(summary)) return 'it ends too early';
  const call = /^found no matching overload for '(.*)'$/s.exec(summary)?.[1];
  return call === undefined ? summary.replace(/\.$/, '') : `there is no function \`${call}\``;
}

const ON_NULL = /'null'|dyn<null>|[ (!']null(?:[ ).,]|$)/;

/** Read into null or into what is not there: the library names the type, so its (exactly pinned) texts are looked at. */
function isUnknown(error: unknown): boolean {
  if (!isLibraryError(error)) return false;
  if (error.code === 'no_such_key' || error.code === 'index_out_of_bounds' || error.code === 'unknown_variable') return true;
  return ON_NULL.test(error.summary);
}

/** CEL values as JSON: whole numbers beyond 2^53 and values JSON has no word for are refused. */
function toJson(source: string, value: unknown): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'bigint':
      if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER)) {
        throw expressionError(source, `the whole number ${value} is too large`);
      }
      return Number(value);
    case 'number':
      if (!Number.isFinite(value)) throw expressionError(source, `it gives ${value}, which is not a number`);
      return value;
    case 'object':
      return value === null ? null : objectToJson(source, value);
    default:
      throw expressionError(source, 'it gives a value that is not JSON');
  }
}

function objectToJson(source: string, value: object): Json {
  if (Array.isArray(value)) return value.map((item) => toJson(source, item));
  if (value instanceof Optional) return value.hasValue() ? toJson(source, value.value()) : null;
  // Durations are milliseconds.
  if (value instanceof UnsignedInt || value instanceof Duration) return toJson(source, value.valueOf());
  if (value instanceof Date) return value.toISOString();
  const prototype: unknown = Object.getPrototypeOf(value);
  if (value instanceof Map) return fromEntries(source, value.entries());
  if (prototype === null || prototype === Object.prototype) return fromEntries(source, Object.entries(value));
  throw expressionError(source, 'it gives a value that is not JSON');
}

/** A key named `__proto__` stays a key: Object.fromEntries defines, it does not assign. */
function fromEntries(source: string, entries: Iterable<[unknown, unknown]>): JsonObject {
  return Object.fromEntries(Array.from(entries, ([key, item]) => [String(key), toJson(source, item)]));
}

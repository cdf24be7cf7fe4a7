// What zod says about a wrong shape, in words for the author of the file.

import type { z } from 'zod';
import { kindOf } from '#core/workflow/expression.ts';
import { errorAt, type Issue, pathText, type ValuePath } from '#core/workflow/issue.ts';
import { didYouMean } from '#core/workflow/nearest.ts';
import { keysAt } from '#core/workflow/schemaKeys.ts';

type ZodIssue = z.core.$ZodIssue;

/** Each zod issue as one Issue, or several when it names several keys. `root` is the value that was checked. */
export function shapeIssues(error: z.ZodError, root: unknown): readonly Issue[] {
  return error.issues.flatMap((issue) => fromZod(issue, issue.path.map(toPart), root));
}

function toPart(part: PropertyKey): string | number {
  return typeof part === 'number' ? part : String(part);
}

function fromZod(issue: ZodIssue, path: ValuePath, root: unknown): readonly Issue[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key));
  if (issue.code === 'invalid_key') {
    const reason = issue.issues[0]?.message ?? 'not allowed';
    return [errorAt(path, 'type', `\`${path.at(-1)}\` cannot be a name here; it must be ${reason}.`, { at: 'key' })];
  }
  const value = valueAt(root, path);
  const name = path.length === 0 ? 'A workflow file' : `\`${pathText(path)}\``;
  if (value === undefined) return [missing(path)];
  return [errorAt(path, 'type', `${name} must be ${expectation(issue)}, but it is ${shown(value)}.`)];
}

function unknownKey(path: ValuePath, key: string): Issue {
  const where = path.length === 0 ? 'a workflow' : `\`${pathText(path)}\``;
  return errorAt([...path, key], 'unknownKey', `\`${key}\` is not a key of ${where}.`, { at: 'key', hint: didYouMean(key, keysAt(path)) });
}

function missing(path: ValuePath): Issue {
  const owner = path.slice(0, -1);
  const where = owner.length === 0 ? 'The workflow' : `\`${pathText(owner)}\``;
  return errorAt(path, 'missing', `${where} has no \`${path.at(-1)}\`.`, { hint: `Add \`${path.at(-1)}:\`.` });
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function expectation(issue: ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_WORDS[issue.expected] ?? `a ${issue.expected}`;
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map((value) => `\`${String(value)}\``).join(', ')}`;
    case 'too_small':
      return bound(issue.origin, 'at least', Number(issue.minimum));
    case 'too_big':
      return bound(issue.origin, 'at most', Number(issue.maximum));
    default:
      return issue.message;
  }
}

function bound(origin: string, side: string, limit: number): string {
  if (origin === 'string') return side === 'at least' && limit === 1 ? 'a text that is not empty' : `${side} ${limit} characters long`;
  if (origin === 'array') return side === 'at least' && limit === 1 ? 'a list that is not empty' : `a list of ${side} ${limit} elements`;
  return `${side} ${limit}`;
}

function shown(value: unknown): string {
  if (value === null) return 'empty';
  if (typeof value === 'string') return value.length === 0 ? 'empty' : `\`${value.length > 60 ? `${value.slice(0, 59)}…` : value}\``;
  if (typeof value === 'number' || typeof value === 'boolean') return `\`${String(value)}\``;
  return kindOf(value);
}

function valueAt(root: unknown, path: ValuePath): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

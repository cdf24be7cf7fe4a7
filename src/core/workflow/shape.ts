// What zod says about a wrong shape, in words for the author of the file.

import type { z } from 'zod';
import { kindOf } from '#core/workflow/expression.ts';
import { errorAt, type Issue, pathText, type ValuePath } from '#core/workflow/issue.ts';
import { didYouMean, nearest } from '#core/workflow/nearest.ts';

/** What was checked: the words for messages, and the keys each place may have. */
export interface ShapeSubject {
  /** `the workflow`, "the arguments of `git.history`". */
  readonly noun: string;
  readonly value: unknown;
  readonly keysAt: (path: ValuePath) => readonly string[];
  /** Lists whose elements go by a name of their own; default: `steps`, whose elements are steps with a `key`. */
  readonly named?: { readonly [list: string]: { readonly word: string; readonly key: string } };
}

const STEPS: NonNullable<ShapeSubject['named']> = { steps: { word: 'step', key: 'key' } };

type ZodIssue = z.core.$ZodIssue;

/** Each zod issue as one Issue, or several when it names several keys. */
export function shapeIssues(error: z.ZodError, subject: ShapeSubject): readonly Issue[] {
  return error.issues.flatMap((issue) =>
    fromZod(
      issue,
      issue.path.map((part) => (typeof part === 'number' ? part : String(part))),
      subject,
    ),
  );
}

function fromZod(issue: ZodIssue, path: ValuePath, subject: ShapeSubject): readonly Issue[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key, subject));
  if (issue.code === 'invalid_key') {
    const reason = issue.issues[0]?.message ?? 'another name';
    return [errorAt(path, 'type', `\`${path.at(-1)}\` cannot be a name here; it must be ${reason}.`, { at: 'key' })];
  }
  const value = valueAt(subject.value, path);
  if (value === undefined) return [missing(path, subject)];
  if (issue.code === 'custom' && issue.params?.['phrase'] !== true)
    return [errorAt(path, 'type', `${placeText(path, subject)}: ${issue.message}`)];
  const hint = valueHint(issue, value);
  return [errorAt(path, 'type', `${placeText(path, subject)} must be ${expectation(issue)}, but it is ${shown(value)}.`, { hint })];
}

function valueHint(issue: ZodIssue, value: unknown): string {
  if (issue.code === 'invalid_type' && issue.expected === 'string' && typeof value !== 'object') return 'Put it in quotes.';
  const match = issue.code === 'invalid_value' && typeof value === 'string' ? nearest(value, issue.values.map(String)) : undefined;
  return match === undefined ? '' : `Did you mean \`${match}\`?`;
}

function unknownKey(path: ValuePath, key: string, subject: ShapeSubject): Issue {
  const message = `\`${key}\` is not a key of ${placeText(path, subject)}.`;
  return errorAt([...path, key], 'unknownKey', message, { at: 'key', hint: didYouMean(key, subject.keysAt(path)) });
}

function missing(path: ValuePath, subject: ShapeSubject): Issue {
  const key = String(path.at(-1));
  return errorAt(path, 'missing', `\`${key}\` is missing in ${placeText(path.slice(0, -1), subject)}.`, { hint: `Add \`${key}:\`.` });
}

/** "`timeout` of step `look`", "step `look`", "`limits.maxParallelSteps`", or the subject's noun. */
function placeText(path: ValuePath, subject: ShapeSubject): string {
  for (let end = path.length; end >= 2; end -= 1) {
    const element = (subject.named ?? STEPS)[String(path[end - 2])];
    if (element === undefined) continue;
    const name = valueAt(subject.value, [...path.slice(0, end), element.key]);
    if (typeof name !== 'string') break;
    const whole = `${element.word} \`${name}\``;
    return end === path.length ? whole : `\`${pathText(path.slice(end))}\` of ${whole}`;
  }
  return path.length === 0 ? subject.noun : `\`${pathText(path)}\``;
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

/** What stands behind "must be". Messages of our own schemas are such phrases; zod's own are not. */
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
      return issue.message.startsWith('Invalid') ? 'of another form' : issue.message;
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

export function valueAt(root: unknown, path: ValuePath): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

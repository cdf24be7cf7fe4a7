// Whether a value that an executor gave is JSON as it stands: nothing that writing it down would lose, change or choke on.

import { badResult } from '#core/engine/errors.ts';

/** Deeper values overflow the stack of whoever reads them. */
const MAX_DEPTH = 1_000;

/** Where it is not JSON and why; null when it is. O(size). */
export function jsonProblem(value: unknown, at = ''): string | null {
  return look(value, at, []);
}

/** Throws `step.badResult`. `what` names the value to people. */
export function assertJson(path: string, value: unknown, what: string): void {
  const problem = jsonProblem(value, what);
  if (problem !== null) throw badResult(path, problem);
}

function look(value: unknown, at: string, around: object[]): string | null {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return null;
    case 'number':
      return Number.isFinite(value) ? null : `${at} is ${value}`;
    case 'object':
      return value === null ? null : lookInto(value, at, around);
    case 'undefined':
      return `${at} is undefined`;
    default:
      return `${at} is a ${typeof value}`;
  }
}

function lookInto(value: object, at: string, around: object[]): string | null {
  if (around.includes(value)) return `${at} holds itself`;
  if (around.length >= MAX_DEPTH) return `${at.slice(0, 100)}… is nested deeper than ${MAX_DEPTH} levels`;
  around.push(value);
  const problem = Array.isArray(value) ? lookIntoList(value, at, around) : lookIntoObject(value, at, around);
  around.pop();
  return problem;
}

function lookIntoList(list: readonly unknown[], at: string, around: object[]): string | null {
  for (let index = 0; index < list.length; index += 1) {
    const item = list[index];
    if (typeof item === 'string') continue;
    const problem = look(item, `${at}[${index}]`, around);
    if (problem !== null) return problem;
  }
  return null;
}

function lookIntoObject(value: object, at: string, around: object[]): string | null {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Plain objects of another realm count: the prototype of theirs has none either.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return `${at} is a ${value.constructor.name}`;
  for (const [key, item] of Object.entries(value)) {
    const problem = look(item, `${at}.${key}`, around);
    if (problem !== null) return problem;
  }
  return null;
}

// What YAML can say and JSON cannot: `.nan`, `.inf`. And the key `__proto__`, which no mapping of ours may have.

import { errorAt, type Issue, type ValuePath } from '#core/workflow/issue.ts';

/** Depth is bounded by the parser. */
export function jsonIssues(value: unknown): readonly Issue[] {
  const issues: Issue[] = [];
  walk(value, [], issues);
  return issues;
}

function walk(value: unknown, path: ValuePath, issues: Issue[]): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value))
      issues.push(errorAt(path, 'type', `\`${value}\` is no value a file may hold.`, { hint: 'Write a finite number.' }));
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) if (isInteresting(value[index])) walk(value[index], [...path, index], issues);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (key === '__proto__') issues.push(errorAt([...path, key], 'unknownKey', '`__proto__` cannot be a key.', { at: 'key' }));
    else if (isInteresting(item)) walk(item, [...path, key], issues);
  }
}

function isInteresting(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || (typeof value === 'number' && !Number.isFinite(value));
}

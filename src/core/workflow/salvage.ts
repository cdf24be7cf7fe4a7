// A file with wrong keys or values is still looked through for what else is wrong, so that everything is said at once.

import type { z } from 'zod';
import type { Issue } from '#core/workflow/issue.ts';
import { type RawWorkflow, workflowSchema } from '#core/workflow/schema.ts';
import { valueAt } from '#core/workflow/shape.ts';

/** The file without the wrong parts, when the rest has the right shape; null when too much is missing. */
export function salvage(value: unknown, error: z.ZodError): RawWorkflow | null {
  const copy = structuredClone(value);
  for (const issue of error.issues) {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) remove(copy, [...path, key]);
    else remove(copy, path);
  }
  // Without its name a workflow can still be looked through; the schema has said what is wrong with the name.
  if (isObject(copy) && copy['name'] === undefined) copy['name'] = 'unnamed';
  const shape = workflowSchema.safeParse(copy);
  return shape.success ? shape.data : null;
}

/** What is true of the whole file although parts were left out: no warnings, and nothing a left-out part may cause. */
export function survives(issue: Issue, error: z.ZodError): boolean {
  if (issue.severity === 'warning' || issue.code === 'workflow.stepKind') return false;
  const inputsWrong = error.issues.some((wrong) => wrong.path[0] === 'inputs');
  return !(issue.code === 'workflow.unknownName' && inputsWrong);
}

/** Takes a value out of its mapping; elements of lists stay, so that the places of the others do not shift. */
export function remove(root: unknown, path: readonly (string | number)[]): void {
  const owner = valueAt(root, path.slice(0, -1));
  if (isObject(owner)) delete owner[String(path.at(-1))];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Names that others give meaning to: agents, skills and their arguments, workflows. Checked against what is known now.

import type { z } from 'zod';
import type { Json, JsonObject } from '#base/json.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import { errorAt, type Issue, type ValuePath } from '#core/workflow/issue.ts';
import { didYouMean } from '#core/workflow/nearest.ts';
import { shapeIssues } from '#core/workflow/shape.ts';
import { stepsIn } from '#core/workflow/walk.ts';

/** What a checker knows of the rest of the product. Absent: that kind of name is not checked. */
export interface KnownNames {
  readonly knownAgents?: Iterable<string>;
  /** By skill id; the schema of its arguments when those should be checked too. */
  readonly knownSkills?: ReadonlyMap<string, { readonly args?: z.ZodType }>;
  readonly knownWorkflows?: Iterable<string>;
}

export function nameIssues(definition: WorkflowDefinition, known: KnownNames): readonly Issue[] {
  const agents = known.knownAgents && new Set(known.knownAgents);
  const workflows = known.knownWorkflows && new Set(known.knownWorkflows);
  const issues: Issue[] = [];
  const skill = (id: string, args: JsonObject, path: ValuePath): void => {
    const found = known.knownSkills?.get(id);
    if (known.knownSkills && !found) issues.push(unknown('Skill', id, [...path, 'action'], known.knownSkills.keys()));
    if (found?.args) issues.push(...argumentIssues(id, found.args, args, [...path, 'with']));
  };
  for (const { step, path } of stepsIn(definition)) {
    if (step.kind === 'workflow') {
      if (workflows && !workflows.has(step.workflow) && step.workflow !== definition.name) {
        issues.push(unknown('Workflow', step.workflow, [...path, 'workflow'], workflows));
      }
    } else if (step.kind === 'task') {
      if (agents && step.agent !== null && !agents.has(step.agent)) issues.push(unknown('Agent', step.agent, [...path, 'agent'], agents));
      if (step.action !== null) skill(step.action, step.with, path);
      if (step.compensate) skill(step.compensate.action, step.compensate.with, [...path, 'compensate']);
    }
  }
  return issues;
}

function unknown(kind: 'Agent' | 'Skill' | 'Workflow', name: string, path: ValuePath, known: Iterable<string>): Issue {
  return errorAt(path, `unknown${kind}`, `There is no ${kind.toLowerCase()} \`${name}\`.`, { hint: didYouMean(name, known) });
}

/** Arguments with templates are only known when the step starts: problems at or below a template are left to then. */
function argumentIssues(id: string, schema: z.ZodType, args: JsonObject, path: ValuePath): readonly Issue[] {
  const checked = schema.safeParse(args);
  if (checked.success) return [];
  const subject = { noun: `the arguments of \`${id}\``, value: args, keysAt: (at: ValuePath) => (at.length === 0 ? keysOf(schema) : []) };
  return shapeIssues(checked.error, subject)
    .filter((issue) => !holdsTemplate(args, issue.path))
    .map((issue) => ({ ...issue, code: 'workflow.skillArgument', path: [...path, ...issue.path] }));
}

function keysOf(schema: z.ZodType): readonly string[] {
  return 'shape' in schema ? Object.keys(schema.shape as object) : [];
}

function holdsTemplate(args: JsonObject, path: ValuePath): boolean {
  let value: Json | undefined = args;
  for (const part of path) {
    if (typeof value === 'string') return value.includes('{{');
    if (typeof value !== 'object' || value === null) return false;
    value = (value as Readonly<Record<string | number, Json>>)[part];
  }
  return value !== undefined && JSON.stringify(value).includes('{{');
}

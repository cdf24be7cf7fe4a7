// Sub-workflows: gathers all that a workflow uses, and finds what is missing or runs itself in a circle.

import { AppError } from '#base/errors.ts';
import type { FileProblem } from '#protocol/workflow.ts';
import type { SubWorkflowStep, WorkflowDefinition } from '#core/workflow/definition.ts';
import { valueIssue } from '#core/workflow/inputs.ts';
import { errorAt, type Issue, type ValuePath } from '#core/workflow/issue.ts';
import { didYouMean } from '#core/workflow/nearest.ts';
import { stepsIn } from '#core/workflow/walk.ts';

/** A definition by name; null when there is none or its file has errors. */
export type WorkflowLookup = (name: string) => WorkflowDefinition | null;

export interface WorkflowLibrary {
  /** Every workflow the root uses, directly or not, by name; the root itself left out. */
  readonly library: { readonly [name: string]: WorkflowDefinition };
  /** Paths are those of the root's file: the step through which the trouble comes. */
  readonly issues: readonly Issue[];
}

export function gatherLibrary(root: WorkflowDefinition, lookup: WorkflowLookup): WorkflowLibrary {
  const library = new Map<string, WorkflowDefinition>();
  const issues: Issue[] = [];
  for (const { step, path } of stepsIn(root)) {
    if (step.kind !== 'workflow' || step.workflow === root.name) continue;
    const found = lookup(step.workflow);
    if (found) issues.push(...argumentIssues(step, found, path));
    const trouble = descend(step.workflow, [root.name], { library, lookup });
    if (trouble) issues.push({ ...trouble, path: [...path, 'workflow'] });
  }
  return { library: Object.fromEntries(library), issues };
}

/** The refusal to run a workflow with errors. `details.problems` holds all of them. */
export function workflowInvalid(name: string, problems: readonly FileProblem[]): AppError {
  const errors = problems.filter((problem) => problem.severity === 'error');
  const lines = errors.map(
    (problem) => `  ${problem.line}:${problem.column} ${problem.message}${problem.hint === '' ? '' : ` ${problem.hint}`}`,
  );
  const message = `Workflow \`${name}\` has ${errors.length === 1 ? 'an error' : `${errors.length} errors`}:\n${lines.join('\n')}`;
  return new AppError({
    code: 'workflow.invalid',
    message,
    details: { workflow: name, problems: problems.map((problem) => ({ ...problem })) },
  });
}

export function workflowNotFound(name: string, known: Iterable<string>): AppError {
  const names = Array.from(known);
  return new AppError({
    code: 'workflow.notFound',
    message: `There is no workflow \`${name}\`. ${didYouMean(name, names)}`.trim(),
    details: { workflow: name, known: names },
  });
}

interface Search {
  readonly library: Map<string, WorkflowDefinition>;
  readonly lookup: WorkflowLookup;
}

/** Depth first; a workflow gathered before has been looked through already. */
function descend(name: string, above: readonly string[], search: Search): Issue | null {
  if (above.includes(name)) {
    const circle = [...above.slice(above.indexOf(name)), name].join(' → ');
    return errorAt([], 'recursion', `These workflows run each other in a circle: ${circle}.`, { hint: 'Use `loop` to repeat steps.' });
  }
  if (search.library.has(name)) return null;
  const definition = search.lookup(name);
  if (!definition)
    return errorAt(
      [],
      'unknownWorkflow',
      `Workflow \`${name}\`${above.length > 1 ? `, used by \`${above.at(-1)}\`,` : ''} is not there or has errors.`,
    );
  let trouble: Issue | null = null;
  for (const { step } of stepsIn(definition)) {
    if (step.kind === 'workflow') trouble ??= descend(step.workflow, [...above, name], search);
  }
  search.library.set(name, definition);
  return trouble;
}

function argumentIssues(step: SubWorkflowStep, target: WorkflowDefinition, path: ValuePath): readonly Issue[] {
  const names = target.inputs.map((input) => input.name);
  const issues: Issue[] = [];
  for (const [name, value] of Object.entries(step.with)) {
    const spec = target.inputs.find((input) => input.name === name);
    if (!spec) {
      issues.push(
        errorAt([...path, 'with', name], 'badInput', `Workflow \`${target.name}\` has no input \`${name}\`.`, {
          at: 'key',
          hint: didYouMean(name, names),
        }),
      );
    } else if (!JSON.stringify(value).includes('{{')) {
      const wrong = valueIssue(spec, value);
      if (wrong) issues.push(errorAt([...path, 'with', name], 'badInput', `Input \`${name}\` of \`${target.name}\` ${wrong}.`));
    }
  }
  for (const spec of target.inputs) {
    if (!spec.required || spec.default !== undefined || Object.hasOwn(step.with, spec.name)) continue;
    issues.push(
      errorAt([...path, 'workflow'], 'badInput', `Workflow \`${target.name}\` needs the input \`${spec.name}\`.`, {
        hint: `Add it under \`with:\`.`,
      }),
    );
  }
  return issues;
}

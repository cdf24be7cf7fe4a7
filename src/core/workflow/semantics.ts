// What a well-shaped definition still gets wrong by itself: dependencies, cycles, recursion.
// Expressions are checked in expressionCheck.ts, names of agents, skills and workflows in names.ts.

import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import { expressionIssues } from '#core/workflow/expressionCheck.ts';
import { findCycles } from '#core/workflow/graph.ts';
import { errorAt, type Issue } from '#core/workflow/issue.ts';
import { didYouMean } from '#core/workflow/nearest.ts';
import { type Scope, scopesIn, stepsIn, topScope } from '#core/workflow/walk.ts';

export function semanticIssues(definition: WorkflowDefinition): readonly Issue[] {
  const scopes = Array.from(scopesIn(topScope(definition)));
  return [
    ...scopes.flatMap((scope) => dependencyIssues(scope)),
    ...scopes.flatMap((scope) => findCycles(scope.steps).map((cycle) => cycleIssue(scope, cycle))),
    ...selfIssues(definition),
    ...expressionIssues(definition),
  ];
}

function dependencyIssues(scope: Scope): readonly Issue[] {
  const keys = new Set(scope.steps.map((step) => step.key));
  const issues: Issue[] = [];
  for (const [index, step] of scope.steps.entries()) {
    for (const [position, dependency] of step.dependsOn.entries()) {
      if (keys.has(dependency)) continue;
      const outside = isOutside(scope, dependency);
      const message = `Step \`${step.key}\` depends on \`${dependency}\`, which is ${outside ? 'not in the same list' : 'no step'}.`;
      const hint = outside ? `Let \`${scope.outer?.step.key}\` depend on it.` : didYouMean(dependency, keys);
      issues.push(
        errorAt([...scope.path, index, 'dependsOn', position], 'unknownStep', message, { hint, excerpt: { text: dependency, offset: 0 } }),
      );
    }
  }
  return issues;
}

function isOutside(scope: Scope, key: string): boolean {
  for (let outer = scope.outer; outer; outer = outer.scope.outer) {
    if (outer.scope.steps.some((step) => step.key === key)) return true;
  }
  return false;
}

function cycleIssue(scope: Scope, cycle: readonly string[]): Issue {
  const [first, second] = cycle;
  const index = scope.steps.findIndex((step) => step.key === first);
  const position = scope.steps[index]?.dependsOn.indexOf(second ?? '') ?? 0;
  const message =
    cycle.length === 2
      ? `Step \`${first}\` depends on itself: ${cycle.join(' → ')}.`
      : `These steps wait for each other: ${cycle.join(' → ')}.`;
  return errorAt([...scope.path, index, 'dependsOn', position], 'cycle', message, {
    hint: 'Remove one of these dependencies.',
    excerpt: { text: second ?? '', offset: 0 },
  });
}

function selfIssues(definition: WorkflowDefinition): readonly Issue[] {
  const issues: Issue[] = [];
  for (const { step, path } of stepsIn(definition)) {
    if (step.kind !== 'workflow' || step.workflow !== definition.name) continue;
    const message = `Workflow \`${definition.name}\` runs itself: ${definition.name} → ${definition.name}.`;
    issues.push(errorAt([...path, 'workflow'], 'recursion', message, { hint: 'Use `loop` to repeat steps.' }));
  }
  return issues;
}

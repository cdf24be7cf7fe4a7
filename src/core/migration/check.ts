// A migration file, checked: the plan when it is right, every problem with its place when it is not.

import { formatOf } from '#core/workflow/source.ts';
import { errorAt, type Issue } from '#core/workflow/issue.ts';
import { jsonIssues } from '#core/workflow/jsonValues.ts';
import { inOrder, MAX_PROBLEMS, Positions } from '#core/workflow/positions.ts';
import { readText } from '#core/workflow/readText.ts';
import { remove } from '#core/workflow/salvage.ts';
import { SchemaPlaces } from '#core/workflow/schemaKeys.ts';
import { shapeIssues, type ShapeSubject } from '#core/workflow/shape.ts';
import { migrationJsonSchema } from '#core/migration/jsonSchema.ts';
import { type MigrationPlan, planOf } from '#core/migration/plan.ts';
import { migrationSchema } from '#core/migration/schema.ts';
import { semanticIssues } from '#core/migration/semantics.ts';
import type { FileProblem } from '#protocol/workflow.ts';
import type { z } from 'zod';

/** 10,000 features fit. */
const MAX_BYTES = 4 * 1_048_576;

const WORDS = {
  many: 'migration files',
  start: '`name:`, `kind:` and `features:`',
  tooLarge: 'Split it into several plans.',
  maxBytes: MAX_BYTES,
};

/** What may stand where in a migration file. */
export const migrationPlaces = new SchemaPlaces(migrationJsonSchema);

export interface CheckedMigration {
  /** Null when there are errors; warnings leave it. */
  readonly plan: MigrationPlan | null;
  /** In order of place, at most 500. */
  readonly problems: readonly FileProblem[];
  /** 1-based lines of the features and phases, in their order; empty when there are errors. */
  readonly lines: { readonly features: readonly number[]; readonly phases: readonly number[] };
}

/** Never throws, whatever the text. Pure. `file`: its extension tells YAML from JSON. */
export function checkMigration(text: string, file: string): CheckedMigration {
  const read = readText(text, formatOf(file), WORDS);
  if (read.kind === 'problems') return rejected(read.problems.map(ofMigration));
  const { plan, issues } = checkValue(read.value);
  const positions = new Positions(text);
  const problems = inOrder(issues.slice(0, MAX_PROBLEMS).map((issue) => ofMigration(positions.place(issue))));
  if (plan === null || problems.some((problem) => problem.severity === 'error')) return rejected(problems);
  const lineAt = (list: string) => (_: unknown, index: number) => positions.place(errorAt([list, index], '', '')).line;
  return { plan, problems, lines: { features: plan.features.map(lineAt('features')), phases: plan.phases.map(lineAt('phases')) } };
}

function checkValue(value: unknown): { readonly plan: MigrationPlan | null; readonly issues: readonly Issue[] } {
  const unfit = jsonIssues(value);
  const shape = migrationSchema.safeParse(value);
  if (shape.success) {
    const plan = planOf(shape.data);
    return { plan, issues: [...unfit, ...semanticIssues(plan)] };
  }
  const issues = [...unfit, ...shapeIssues(shape.error, subjectOf(value))];
  return { plan: null, issues: [...issues, ...issuesOfTheRest(value, shape.error)] };
}

/** What else is wrong in the parts that have the right shape, so that everything is said at once. */
function issuesOfTheRest(value: unknown, error: z.ZodError): readonly Issue[] {
  const copy = structuredClone(value);
  for (const issue of error.issues) {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) remove(copy, [...path, key]);
    else remove(copy, path);
  }
  const rest = migrationSchema.safeParse(fillIn(copy));
  if (!rest.success) return [];
  const wrong = new Set(
    error.issues
      .filter(({ code, path }) => code !== 'unrecognized_keys' && (path.length < 3 || path[2] === 'id'))
      .map((issue) => issue.path[0]),
  );
  return semanticIssues(planOf(rest.data)).filter((issue) => issue.severity === 'error' && !mayFollow(issue, wrong));
}

/** Stand-ins for what was left out and must be there; the schema has said what is wrong with it. */
function fillIn(value: unknown): unknown {
  if (!isObject(value)) return value;
  const { name = 'unnamed', kind = 'migration', sides: _, phases, features, ...rest } = value;
  const named = (list: unknown): unknown =>
    Array.isArray(list)
      ? list.map((item: unknown, index) => (isObject(item) ? { id: `left-out-${index}`, name: 'unnamed', ...item } : item))
      : list;
  return {
    ...rest,
    name,
    kind,
    ...(phases !== undefined && { phases: named(phases) }),
    ...(features !== undefined && { features: named(features) }),
  };
}

/** It may come from what was left out, and not be wrong itself. `wrong`: the lists some ids of which could not be read. */
function mayFollow({ path, code }: Issue, wrong: ReadonlySet<PropertyKey | undefined>): boolean {
  if (path[0] === 'sides' || code === 'workflow.noSides') return true;
  return (code === 'workflow.unknownPhase' && wrong.has('phases')) || (code === 'workflow.unknownFeature' && wrong.has('features'));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function subjectOf(value: unknown): ShapeSubject {
  return {
    noun: 'the plan',
    value,
    keysAt: (path) => migrationPlaces.keysAt(path),
    named: { features: { word: 'feature', key: 'id' }, phases: { word: 'phase', key: 'id' } },
  };
}

function rejected(problems: readonly FileProblem[]): CheckedMigration {
  return { plan: null, problems, lines: { features: [], phases: [] } };
}

/** What is shared with workflow files speaks of workflows in its codes. */
function ofMigration(problem: FileProblem): FileProblem {
  return { ...problem, code: problem.code.replace(/^workflow\./, 'migration.') };
}

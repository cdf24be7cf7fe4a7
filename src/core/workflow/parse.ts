// A workflow file, checked: the definition and its levels when it is right, every problem with its place when it is not.

import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { FileProblem } from '#protocol/workflow.ts';
import type { WorkflowDefinition } from '#core/workflow/definition.ts';
import { levelsOf } from '#core/workflow/graph.ts';
import type { Issue } from '#core/workflow/issue.ts';
import { jsonIssues } from '#core/workflow/jsonValues.ts';
import { type KnownNames, nameIssues } from '#core/workflow/names.ts';
import { normalise } from '#core/workflow/normalise.ts';
import { inOrder, MAX_PROBLEMS, placeAll } from '#core/workflow/positions.ts';
import { readText } from '#core/workflow/readText.ts';
import { workflowSchema } from '#core/workflow/schema.ts';
import { salvage, survives } from '#core/workflow/salvage.ts';
import { workflowPlaces } from '#core/workflow/schemaKeys.ts';
import { semanticIssues } from '#core/workflow/semantics.ts';
import { shapeIssues } from '#core/workflow/shape.ts';
import { formatOf, type FileFormat } from '#core/workflow/source.ts';

export interface CheckOptions extends KnownNames {
  /** Path or name: its extension tells YAML from JSON (`.json`). */
  readonly file: string;
}

export interface CheckedWorkflow {
  /** Null when there are errors; warnings leave it. */
  readonly definition: WorkflowDefinition | null;
  /** In order of place, at most 500. */
  readonly problems: readonly FileProblem[];
  /** Keys of the top-level steps: all of a level can run at the same time. Empty when there are errors. */
  readonly levels: readonly (readonly string[])[];
}

/** What the text says by itself, whatever agents and skills there are. `definition` is set whenever there is enough to look through. */
interface TextCheck {
  readonly definition: WorkflowDefinition | null;
  readonly levels: readonly (readonly string[])[];
  readonly issues: readonly Issue[];
  /** Problems that have a place already: those of the syntax. */
  readonly placed: readonly FileProblem[];
}

const CACHE_SIZE = 500;
const cache = new Map<string, TextCheck>();

/** Never throws, whatever the text. Pure: the same text and names give the same answer; texts are remembered by content. */
export function checkWorkflow(text: string, options: CheckOptions): CheckedWorkflow {
  const check = checkText(text, formatOf(options.file));
  const names = check.definition ? nameIssues(check.definition, options) : [];
  const issues = [...check.issues, ...names];
  const problems = issues.length === 0 ? check.placed : [...check.placed, ...placeAll(text, issues)];
  const failed = problems.some((problem) => problem.severity === 'error');
  return {
    definition: failed ? null : check.definition,
    problems: inOrder(problems).slice(0, MAX_PROBLEMS),
    levels: failed ? [] : check.levels,
  };
}

function checkText(text: string, format: FileFormat): TextCheck {
  const key = `${format}:${createHash('sha256').update(text).digest('base64')}`;
  const known = cache.get(key);
  if (known) return known;
  const check = checkNewText(text, format);
  if (cache.size >= CACHE_SIZE) cache.delete(cache.keys().next().value as string);
  cache.set(key, check);
  return check;
}

function checkNewText(text: string, format: FileFormat): TextCheck {
  const read = readText(text, format, {
    many: 'workflow files',
    start: '`name:` and `steps:`',
    tooLarge: 'Split it and run the parts as sub-workflows.',
  });
  return read.kind === 'value' ? checkValue(read.value) : { definition: null, levels: [], issues: [], placed: read.problems };
}

function checkValue(value: unknown): TextCheck {
  const unfit = jsonIssues(value);
  const shape = workflowSchema.safeParse(value);
  if (!shape.success) return checkMisshapen(value, shape.error, unfit);
  const { definition, issues } = normalise(shape.data);
  return { definition, levels: levelsOf(definition.steps), issues: [...unfit, ...issues, ...semanticIssues(definition)], placed: [] };
}

/** The shape is wrong: says so, and what else is wrong in the parts that can be read. */
function checkMisshapen(value: unknown, error: z.ZodError, unfit: readonly Issue[]): TextCheck {
  const issues = [...unfit, ...shapeIssues(error, { noun: 'the workflow', value, keysAt: (path) => workflowPlaces.keysAt(path) })];
  const raw = salvage(value, error);
  if (!raw) return { definition: null, levels: [], issues, placed: [] };
  const { definition, issues: kinds } = normalise(raw);
  const rest = [...kinds, ...semanticIssues(definition)].filter((issue) => survives(issue, error));
  return { definition, levels: [], issues: [...issues, ...rest], placed: [] };
}

// Gathers what the steps of a run left behind into one value that both forms of the report are written from.

import { z } from 'zod';
import type { ErrorView } from '#base/errors.ts';
import type { Json, JsonObject } from '#base/json.ts';
import { type Finding, findingSchema, severitySchema, type Severity } from '#protocol/finding.ts';
import { compareFindings, count } from '#core/skills/source/findingList.ts';

export interface StepOutcomeView {
  readonly key: string;
  readonly status: 'done' | 'skipped' | 'failed' | 'did not run';
  /** Why it failed or did not run; what it was, in a few words, when it is done. */
  readonly detail: string;
}

const hotspotSchema = z.object({
  path: z.string(),
  commits: z.number(),
  churn: z.number(),
  authors: z.number(),
  score: z.number(),
  lines: z.number().optional(),
});
const historySchema = z.object({
  hotspots: z.array(hotspotSchema),
  ownership: z.array(z.object({ path: z.string(), author: z.string(), share: z.number() })).default([]),
  commits: z.number(),
  authors: z.number(),
  busFactor: z.number().nullish(),
  shallow: z.boolean().default(false),
  sinceDays: z.number().optional(),
  reason: z.string().nullish(),
});
const testsSchema = z.object({
  ran: z.boolean(),
  command: z.unknown(),
  reason: z.string().nullish(),
  exitCode: z.number().nullish(),
  passed: z.number().nullish(),
  failed: z.number().nullish(),
  skipped: z.number().nullish(),
  durationMs: z.number().nullish(),
  sandbox: z.string().nullish(),
});
const judgementSchema = z.object({
  finding: z.string(),
  verdict: z.enum(['confirmed', 'dismissed']),
  severity: severitySchema.optional(),
  reason: z.string(),
});

export type History = z.infer<typeof historySchema>;
export type CommandRun = z.infer<typeof testsSchema> & { readonly step: string };

export interface RunFacts {
  /** Worst first. Those a reviewer dismissed are not in it. */
  readonly findings: readonly Finding[];
  readonly dismissed: readonly { readonly finding: Finding; readonly reason: string }[];
  /** Findings left out by the skills because there were too many. */
  readonly truncated: number;
  readonly steps: readonly StepOutcomeView[];
  readonly history: History | null;
  readonly commands: readonly CommandRun[];
  readonly notFixed: readonly { readonly id: string; readonly reason: string }[];
  /** What models wrote, by step. */
  readonly assessments: readonly { readonly step: string; readonly markdown: string }[];
}

/** Reads results of any workflow: each part is recognised by its shape, not by the step's name. */
export function collectFacts(results: Json, failures: readonly { readonly path: string; readonly error: ErrorView }[]): RunFacts {
  const steps = flatten(results);
  const judgements = steps.flatMap(({ output }) => parsedList(judgementSchema, output['judgements']));
  const dismissed = new Map(judgements.filter((one) => one.verdict === 'dismissed').map((one) => [one.finding, one.reason]));
  const severities = new Map(judgements.flatMap((one) => (one.severity === undefined ? [] : [[one.finding, one.severity] as const])));
  const all = uniqueFindings(
    steps.flatMap(({ output }) => parsedList(findingSchema, output['findings'])),
    severities,
  );
  return {
    findings: all.filter((finding) => !dismissed.has(finding.id)),
    dismissed: all.flatMap((finding) => (dismissed.has(finding.id) ? [{ finding, reason: dismissed.get(finding.id) ?? '' }] : [])),
    truncated: steps.reduce((sum, { output }) => sum + (typeof output['truncated'] === 'number' ? output['truncated'] : 0), 0),
    steps: outcomes(results, failures),
    history: steps.map(({ output }) => historySchema.safeParse(output)).find((parsed) => parsed.success)?.data ?? null,
    commands: steps.flatMap(({ key, output }) => {
      const parsed = testsSchema.safeParse(output);
      return parsed.success ? [{ ...parsed.data, step: key }] : [];
    }),
    notFixed: steps.flatMap(({ output }) => parsedList(z.object({ id: z.string(), reason: z.string() }), output['notFixed'])),
    assessments: steps.flatMap(({ key, output }) => {
      const markdown = output['assessment'] ?? output['markdown'];
      return typeof markdown === 'string' && markdown.trim() !== '' ? [{ step: key, markdown: markdown.trim() }] : [];
    }),
  };
}

interface StepResult {
  readonly key: string;
  readonly output: JsonObject;
}

/** Steps in the order of the results; a loop's last pass and a map's items count as steps of their own. */
function flatten(results: Json, prefix = ''): readonly StepResult[] {
  if (!isObject(results)) return [];
  return Object.entries(results).flatMap(([key, output]): readonly StepResult[] => {
    const path = prefix === '' ? key : `${prefix}/${key}`;
    if (Array.isArray(output)) return output.flatMap((item: Json, at) => flatten({ [`${key}[${at}]`]: item }, prefix));
    if (!isObject(output)) return [];
    return [{ key: path, output }, ...('last' in output ? flatten(output['last'] ?? null, path) : [])];
  });
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsedList<T>(schema: z.ZodType<T>, value: unknown): readonly T[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}

function uniqueFindings(findings: readonly Finding[], severities: ReadonlyMap<string, Severity>): readonly Finding[] {
  const byId = new Map(findings.map((finding) => [finding.id, { ...finding, severity: severities.get(finding.id) ?? finding.severity }]));
  return [...byId.values()].toSorted(compareFindings);
}

function outcomes(results: Json, failures: readonly { readonly path: string; readonly error: ErrorView }[]): readonly StepOutcomeView[] {
  const failed = failures.map(({ path, error }): StepOutcomeView => ({
    key: path,
    status: 'failed',
    detail: `${error.message} (${error.code})`,
  }));
  if (!isObject(results)) return failed;
  const failedKeys = new Set(failures.map(({ path }) => path));
  const settled = Object.entries(results)
    .filter(([key]) => !failedKeys.has(key))
    .map(([key, output]): StepOutcomeView => {
      if (output === null) return { key, status: 'skipped', detail: '' };
      const object = isObject(output) ? output : {};
      if (object['ran'] === false)
        return { key, status: 'did not run', detail: typeof object['reason'] === 'string' ? object['reason'] : '' };
      return { key, status: 'done', detail: describe(object) };
    });
  return [...settled, ...failed];
}

const COUNTED = [
  ['filesScanned', 'file', 'files'],
  ['rules', 'rule', 'rules'],
  ['commits', 'commit', 'commits'],
  ['iterations', 'pass', 'passes'],
] as const;

function describe(output: JsonObject): string {
  const reason = output['reason'];
  if (typeof reason === 'string' && reason !== '') return reason;
  const parts: string[] = [];
  if (Array.isArray(output['findings'])) parts.push(count(output['findings'].length, 'finding'));
  for (const [key, one, many] of COUNTED) {
    const value = output[key];
    if (typeof value === 'number') parts.push(count(value, one, many));
  }
  const skipped = isObject(output['skipped']) ? Object.entries(output['skipped']) : [];
  if (skipped.length > 0) parts.push(`left out: ${skipped.map(([why, files]) => `${JSON.stringify(files)} ${why}`).join(', ')}`);
  return parts.join(', ');
}

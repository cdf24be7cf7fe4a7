// A structural rule as its YAML file states it: an ast-grep rule, what to say, and its own tests.

import { z } from 'zod';
import { parse } from 'yaml';
import { AppError } from '#base/errors.ts';
import { findingSchema, severitySchema } from '#protocol/finding.ts';
import { languageSchema } from '#core/skills/rules/languages.ts';

/** A template with `$NAME` and `$$$NAMES`; or a regular expression replaced once in the matched text; or the whole statement removed. */
const fixSchema = z.union([
  z.string().transform((template) => ({ kind: 'template' as const, template })),
  z.strictObject({ regex: z.string(), by: z.string() }).transform((fix) => ({ kind: 'regex' as const, ...fix })),
  z.strictObject({ remove: z.literal('statement') }).transform(() => ({ kind: 'remove' as const })),
]);

const invalidCaseSchema = z.union([
  z.string().transform((code) => ({ code, fixed: undefined, path: undefined })),
  z.strictObject({ code: z.string(), fixed: z.string().optional(), path: z.string().optional() }),
]);
const validCaseSchema = z.union([
  z.string().transform((code) => ({ code, path: undefined })),
  z.strictObject({ code: z.string(), path: z.string() }),
]);

function toFilter(text: string): (source: string) => boolean {
  const expression = /^\/(.+)\/(i?)$/s.exec(text);
  if (!expression) return (source) => source.includes(text);
  const [, pattern = '', flags = ''] = expression;
  const compiled = new RegExp(pattern, flags);
  return (source) => compiled.test(source);
}

const ruleSchema = z.strictObject({
  id: z.string().regex(/^[a-z]+(?:-[a-z0-9]+)+$/),
  languages: z.array(languageSchema).nonempty(),
  severity: severitySchema,
  category: findingSchema.shape.category,
  /** Short, says what is wrong. `$NAME` is filled in. */
  message: z.string(),
  /** Why it matters and what to do instead. */
  note: z.string(),
  url: z.url(),
  /** The rule runs only in files that hold one of these texts, or match one of these `/expressions/i`: each match must contain one. */
  prefilter: z.array(z.string().min(1).transform(toFilter)).nonempty(),
  /** Which files it is for. Default `anywhere`. */
  where: z.enum(['source', 'tests', 'anywhere']).default('anywhere'),
  rule: z.record(z.string(), z.json()),
  constraints: z.record(z.string(), z.json()).optional(),
  utils: z.record(z.string(), z.json()).optional(),
  fix: fixSchema.optional(),
  /** What the fix does, for a reviewer. */
  fixes: z.string().optional(),
  valid: z.array(validCaseSchema).nonempty(),
  invalid: z.array(invalidCaseSchema).nonempty(),
});
export type CodeRule = z.infer<typeof ruleSchema>;
export type RuleFix = z.infer<typeof fixSchema>;

function invalidRules(file: string, reason: string): AppError {
  return new AppError({ code: 'rules.invalid', message: `The rules in ${file} are not valid: ${reason}`, details: { file, reason } });
}

/** Reads one file of rules: a YAML list. Throws `rules.invalid` with every problem. */
export function parseRules(file: string, text: string): readonly CodeRule[] {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    throw invalidRules(file, error instanceof Error ? error.message : String(error));
  }
  const result = z.array(ruleSchema).safeParse(raw);
  if (!result.success) throw invalidRules(file, z.prettifyError(result.error));
  return result.data;
}

// A finding: one claim about the code with the places it rests on. Produced by skills and models, shown everywhere.

import { z } from 'zod';

export const severitySchema = z.enum(['critical', 'high', 'medium', 'low', 'info']);
export type Severity = z.infer<typeof severitySchema>;

/** Lines and columns are 1-based; `path` is relative to the workspace with forward slashes. */
export const citationSchema = z.object({
  path: z.string(),
  line: z.number().int().positive(),
  endLine: z.number().int().positive().optional(),
  column: z.number().int().positive().optional(),
  /** The cited text as it was read, at most 400 characters; secrets are masked. */
  excerpt: z.string().max(400).optional(),
  /** Set for what a model cites: false when the place does not exist or does not say what the excerpt says. */
  verified: z.boolean().optional(),
});
export type Citation = z.infer<typeof citationSchema>;

/** A mechanical fix: replace bytes of one file. Offsets are UTF-16 code units of the text that `baseHash` names. */
export const fixSchema = z.object({
  path: z.string(),
  /** SHA-256 (hex) of the file's bytes the offsets refer to. */
  baseHash: z.string(),
  start: z.number().int().nonnegative(),
  end: z.number().int().nonnegative(),
  newText: z.string(),
  description: z.string(),
});
export type Fix = z.infer<typeof fixSchema>;

export const findingSchema = z.object({
  /** Stable across runs for the same claim at the same place: `<skill>/<rule>:<12 hex of path + normalised excerpt>`. */
  id: z.string(),
  skill: z.string(),
  rule: z.string(),
  severity: severitySchema,
  category: z.enum(['security', 'correctness', 'quality', 'tests', 'dependencies', 'history', 'performance', 'documentation']),
  title: z.string(),
  message: z.string(),
  /** Empty only for claims about the whole repository; those are shown as "not cited". */
  citations: z.array(citationSchema),
  fix: fixSchema.optional(),
});
export type Finding = z.infer<typeof findingSchema>;

// What is kept how long: the defaults, and a workspace's own wishes in `.cas/config.yaml`.

import { parse } from 'yaml';
import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import type { RetentionPolicy } from '#protocol/storeCare.ts';

/** The audit trail is kept for ever unless a workspace says otherwise. */
export const defaultRetention: RetentionPolicy = {
  runsDays: 90,
  runsNewest: 500,
  usageDays: 400,
  answersDays: 90,
  messagesDays: 30,
  auditDays: null,
};

const days = z.number().int().min(1).max(36_500);
const configSchema = z.strictObject({
  retention: z
    .strictObject({
      runsDays: days.nullable(),
      runsNewest: z.number().int().min(1).max(1_000_000).nullable(),
      usageDays: days.nullable(),
      answersDays: days.nullable(),
      messagesDays: days.nullable(),
      auditDays: days.nullable(),
    })
    .partial()
    .optional(),
});

/**
 * `text` is that of `.cas/config.yaml`, null when there is none. What it leaves out stays as the defaults have it; `null` keeps for
 * ever. Throws `config.invalid` with all problems: a mistyped policy must not remove what it meant to keep.
 */
export function retentionOf(text: string | null): RetentionPolicy {
  if (text === null) return defaultRetention;
  const parsed = configSchema.safeParse(parsedYaml(text) ?? {});
  if (!parsed.success) throw configInvalid(parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`));
  const wished = Object.entries(parsed.data.retention ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaultRetention, ...Object.fromEntries(wished) };
}

function parsedYaml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw configInvalid([error instanceof Error ? error.message : String(error)]);
  }
}

function configInvalid(problems: readonly string[]): AppError {
  return new AppError({ code: 'config.invalid', message: '.cas/config.yaml has problems.', details: { problems } });
}

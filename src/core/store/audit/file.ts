// The exported audit trail: JSON lines, a header first. Checked without the store it came from.

import { z } from 'zod';
import { jsonSchema } from '#protocol/runEvents.ts';
import { auditHeadSchema, type AuditHead, type AuditVerification } from '#protocol/audit.ts';
import { ChainCheck } from '#core/store/audit/chainCheck.ts';
import { lineOf, storedOf } from '#core/store/audit/entry.ts';

const headerSchema = z.strictObject({ cas: z.literal('audit'), version: z.literal(1), at: z.number(), head: auditHeadSchema.nullable() });

const lineSchema = z.strictObject({
  action: z.string(),
  actor: z.string(),
  at: z.number(),
  data: jsonSchema,
  id: z.number().int().positive(),
  late: z.boolean(),
  prev: z.string(),
  target: z.string(),
  v: z.literal(1),
  hash: z.string(),
});

/** `head`: the newest entry at that time, so that a file that lost its end is noticed. */
export function headerLine(at: number, head: AuditHead | null): string {
  return JSON.stringify({ cas: 'audit', version: 1, at, head });
}

/** Of the lines of a file, without their ends. A file without a header, such as a part of one, is checked for what it holds. */
export async function checkLines(
  lines: AsyncIterable<string>,
  expected?: AuditHead,
): Promise<Omit<AuditVerification, 'checkedAt' | 'durationMs'>> {
  const check = new ChainCheck(expected);
  let head: AuditHead | null = null;
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line === '') continue;
    const value = parsed(line);
    const header = number === 1 ? headerSchema.safeParse(value) : null;
    if (header?.success) {
      ({ head } = header.data);
      continue;
    }
    const entry = lineSchema.safeParse(value);
    const stored = entry.success ? storedOf(withoutFormat(entry.data)) : null;
    if (stored !== null && lineOf(stored) === line) check.add(stored);
    else check.unreadable(`Line ${number} is not an entry as CAS writes it.`);
  }
  return check.finish(head);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // What is no JSON is no entry: the caller says so with its line.
  }
}

function withoutFormat({ v: _format, ...entry }: z.infer<typeof lineSchema>): Omit<z.infer<typeof lineSchema>, 'v'> {
  return entry;
}

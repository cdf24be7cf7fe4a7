// What the report of a run says in a few lines: how many findings of which severity, and the most serious ones.

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { printable, truncate, widthOf } from '#cli/printers/format.ts';
import type { Output } from '#cli/output.ts';
import type { Json } from '#base/json.ts';
import { firstFindings } from '#core/skills/report/firstFindings.ts';
import { findingSchema, type Severity, severitySchema } from '#protocol/finding.ts';

const citation = z.object({ path: z.string(), line: z.number(), verified: z.boolean().optional() });
const reportSchema = z.object({
  counts: z.partialRecord(severitySchema, z.number()),
  findings: z.array(z.object({ severity: severitySchema, rule: z.string(), title: z.string(), citations: z.array(citation) })),
});
export type ReportDigest = z.infer<typeof reportSchema>;

/** Null when there is no report, or it is one of another version. */
export async function readReport(file: string | null): Promise<ReportDigest | null> {
  if (file === null) return null;
  const text = await readFile(file, 'utf8').catch(() => null); // removed since: the paths are printed all the same
  if (text === null) return null;
  const parsed = reportSchema.safeParse(parseJson(text));
  return parsed.success ? parsed.data : null;
}

/** The same from the results of a run that wrote no report: every finding once, the most serious first. */
export function digestOf(results: Json): ReportDigest | null {
  const found = new Map<string, ReportDigest['findings'][number]>();
  const visit = (value: Json): void => {
    if (typeof value !== 'object' || value === null) return;
    const finding = findingSchema.safeParse(value);
    if (finding.success) found.set(finding.data.id, finding.data);
    else Object.values(value).forEach(visit);
  };
  visit(results);
  if (found.size === 0) return null;
  const order = severitySchema.options;
  const findings = [...found.values()].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return {
    counts: Object.fromEntries(order.map((severity) => [severity, findings.filter((one) => one.severity === severity).length])),
    findings,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // not a report
  }
}

const colours: { readonly [S in Severity]: Parameters<Output['style']>[0] } = {
  critical: 'red',
  high: 'red',
  medium: 'yellow',
  low: 'gray',
  info: 'gray',
};
const SHOWN = 5;
/** Columns before the place of a finding. */
const INDENT = 12;

export function printDigest(output: Output, { counts, findings }: ReportDigest): void {
  const total = severitySchema.options.reduce((sum, severity) => sum + (counts[severity] ?? 0), 0);
  if (total === 0) {
    output.line('\nNo findings.');
    return;
  }
  const parts = severitySchema.options.flatMap((severity) => {
    const count = counts[severity] ?? 0;
    return count === 0 ? [] : [output.style(colours[severity], `${count} ${severity}`)];
  });
  output.line(`\n${total === 1 ? '1 finding' : `${total} findings`}: ${parts.join(', ')}`);
  for (const finding of firstFindings(findings, SHOWN)) printFinding(output, finding);
  if (total > SHOWN) output.line(`  … and ${total - SHOWN} more`);
}

/** On two lines when the place and the title do not fit on one: a place is never cut. */
function printFinding(output: Output, { severity, title, citations }: ReportDigest['findings'][number]): void {
  const [first] = citations;
  const place = first === undefined ? '' : `${printable(first.path)}:${first.line}${first.verified === false ? ' (not confirmed)' : ''}`;
  const word = `  ${output.style(colours[severity], severity.padEnd(8))}  `;
  const room = Math.max(20, output.columns - INDENT);
  const text = printable(title);
  if (place === '' || widthOf(place) + 2 + widthOf(text) <= room)
    output.line(`${word}${place === '' ? '' : `${place}  `}${truncate(text, room)}`);
  else output.line(`${word}${place}\n${' '.repeat(INDENT)}${truncate(text, room)}`);
}

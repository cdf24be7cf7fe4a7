// The findings of a report: the serious ones in full, the long tail by rule.

import { type Finding, type Severity, severitySchema } from '#protocol/finding.ts';
import { count } from '#core/skills/source/findingList.ts';
import { code, fenced, folded, place, plain } from '#core/skills/report/markdownText.ts';

const IN_FULL: ReadonlySet<Severity> = new Set(['critical', 'high', 'medium']);
const MAX_IN_FULL = 40;
const MAX_PER_RULE = 3;
const MAX_PLACES = 20;

export type SeverityCounts = { readonly [severity in Severity]: number };

export function countSeverities(findings: readonly Finding[]): SeverityCounts {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const finding of findings) counts[finding.severity] += 1;
  return counts;
}

/** "2 critical, 5 low"; "none" when there are none. */
export function severityLine(counts: SeverityCounts): string {
  const parts = severitySchema.options.filter((severity) => counts[severity] > 0).map((severity) => `${counts[severity]} ${severity}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

export function findingSections(findings: readonly Finding[]): string {
  const sections = severitySchema.options.flatMap((severity) => {
    const own = findings.filter((finding) => finding.severity === severity);
    if (own.length === 0) return [];
    const body = IN_FULL.has(severity) ? inFull(own) : byRule(own, MAX_PLACES);
    return [`### ${severity.charAt(0).toUpperCase()}${severity.slice(1)} (${own.length})\n\n${body}`];
  });
  return sections.length === 0 ? 'No findings.' : sections.join('\n\n');
}

/** At most three of one rule and forty in all with their text; the rest as places under their rule. */
function inFull(findings: readonly Finding[]): string {
  const seen = new Map<string, number>();
  const shown: Finding[] = [];
  const rest: Finding[] = [];
  for (const finding of findings) {
    const rule = `${finding.skill}/${finding.rule}`;
    const before = seen.get(rule) ?? 0;
    seen.set(rule, before + 1);
    (before < MAX_PER_RULE && shown.length < MAX_IN_FULL ? shown : rest).push(finding);
  }
  const blocks = shown.map(findingBlock);
  if (rest.length > 0) blocks.push(folded(`${rest.length} more, by rule`, byRule(rest, MAX_PLACES)));
  return blocks.join('\n\n');
}

function findingBlock(finding: Finding): string {
  const [first, ...others] = finding.citations;
  const where = first === undefined ? '(not cited)' : citationText(first);
  const lines = [
    `**${plain(finding.title)}** — ${where} · ${code(`${finding.skill}/${finding.rule}`)}${finding.fix === undefined ? '' : ' · has a fix'}`,
  ];
  if (first?.excerpt !== undefined && first.excerpt !== '') lines.push('', fenced(first.excerpt, first.path));
  lines.push('', plain(finding.message));
  if (others.length > 0) lines.push('', `Also: ${others.slice(0, 5).map(citationText).join(', ')}`);
  return lines.join('\n');
}

function citationText(citation: Finding['citations'][number]): string {
  return `${place(citation)}${citation.verified === false ? ' (citation not confirmed)' : ''}`;
}

function byRule(findings: readonly Finding[], maxPlaces: number): string {
  const groups = [...Map.groupBy(findings, (finding) => `${finding.skill}/${finding.rule}`)];
  return groups
    .toSorted((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))
    .map(([rule, own]) => {
      const rows = own.slice(0, maxPlaces).map((finding) => {
        const first = finding.citations[0];
        return `- ${first === undefined ? '(not cited)' : citationText(first)} ${plain(finding.title)}`;
      });
      const more = own.length > maxPlaces ? `\n- … and ${count(own.length - maxPlaces, 'more place')}, all in report.json` : '';
      return `${code(rule)}, ${count(own.length, 'place')}. ${own[0] === undefined ? '' : plain(commonMessage(own))}\n\n${rows.join('\n')}${more}`;
    })
    .join('\n\n');
}

/** The advice of a rule, when it is the same for all its places. */
function commonMessage(findings: readonly Finding[]): string {
  const [first] = findings;
  return first !== undefined && findings.every((finding) => finding.message === first.message) ? first.message : '';
}

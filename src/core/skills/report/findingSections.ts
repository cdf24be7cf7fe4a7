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

/** At most three of one rule and forty in all with their text, each rule's advice once; the rest as places under their rule. */
function inFull(findings: readonly Finding[]): string {
  const rest: Finding[] = [];
  let shown = 0;
  const blocks: string[] = [];
  for (const [, own] of Map.groupBy(findings, (finding) => `${finding.skill}/${finding.rule}`)) {
    const full = own.slice(0, Math.min(MAX_PER_RULE, MAX_IN_FULL - shown));
    shown += full.length;
    rest.push(...own.slice(full.length));
    for (const same of Map.groupBy(full, (finding) => `${finding.title}\n${finding.message}`).values()) blocks.push(findingBlock(same));
  }
  if (rest.length > 0) blocks.push(folded(`${rest.length} more, by rule`, byRule(rest, MAX_PLACES)));
  return blocks.join('\n\n');
}

/** Findings that say the same of several places. */
function findingBlock(findings: readonly Finding[]): string {
  const [finding] = findings;
  if (finding === undefined) return '';
  const fixable = findings.some((one) => one.fix !== undefined) ? ' · has a fix' : '';
  const head = `**${plain(finding.title)}** · ${code(`${finding.skill}/${finding.rule}`)}${fixable}\n\n${plain(finding.message)}`;
  return [head, ...findings.map(placeBlock)].join('\n\n');
}

function placeBlock({ citations }: Finding): string {
  const [first, ...others] = citations;
  if (first === undefined) return '(not cited)';
  const also = others.length === 0 ? '' : `, also ${others.slice(0, 5).map(citationText).join(', ')}`;
  const excerpt = first.excerpt === undefined || first.excerpt === '' ? '' : `\n\n${fenced(first.excerpt, first.path)}`;
  return `${citationText(first)}${also}${excerpt}`;
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

// The table of compared features: a row a feature, a column a runtime.

import { formatDuration, formatTime, padEnd, printable } from '#cli/printers/format.ts';
import type { Output } from '#cli/output.ts';
import type { FeatureGroup, ParityReport, ParityResult, ParityTable } from '#protocol/parity.ts';

type Style = Pick<Output, 'style'>;
type Colour = Parameters<Output['style']>[0];

const looks: { readonly [V in ParityResult['verdict']]: { readonly glyph: string; readonly colour: Colour } } = {
  available: { glyph: '✔', colour: 'green' },
  partial: { glyph: '◐', colour: 'yellow' },
  unavailable: { glyph: '✖', colour: 'red' },
  'probe error': { glyph: '!', colour: 'magenta' },
};

/** Two runtimes fit a terminal of 80 columns. */
const NAME_COLUMNS = 24;
const PRIORITY_COLUMNS = 13;
const VERDICT_COLUMNS = 14;
const RUNTIME_COLUMNS = 21;

/** Groups, features, verdicts with their time, totals; below it what is missing where. */
export function parityTable({ features, reports }: ParityTable, output: Style): readonly string[] {
  const lines = [head(reports)];
  let group: FeatureGroup | null = null;
  for (const feature of features) {
    if (feature.group !== group) lines.push('', output.style('bold', feature.group));
    ({ group } = feature);
    const cells = reports.map((report) => cell(resultOf(report, feature.id), output));
    lines.push(`  ${feature.name.padEnd(NAME_COLUMNS)}${feature.priority.padEnd(PRIORITY_COLUMNS)}${cells.join('')}`.trimEnd());
  }
  const totals = reports.map(({ available, total, durationMs }) =>
    `${available} of ${total}, ${formatDuration(durationMs)}`.padEnd(RUNTIME_COLUMNS),
  );
  lines.push('', output.style('bold', `  ${'Available'.padEnd(NAME_COLUMNS + PRIORITY_COLUMNS)}${totals.join('')}`.trimEnd()));
  const shortfall = reports.flatMap((report) => shortfallOf(report, features));
  return shortfall.length === 0 ? lines : [...lines, '', ...shortfall];
}

function head(reports: readonly ParityReport[]): string {
  const names = reports.map((report) => padEnd(printable(report.runtime), RUNTIME_COLUMNS));
  return `${' '.repeat(2 + NAME_COLUMNS + PRIORITY_COLUMNS)}${names.join('')}`.trimEnd();
}

function resultOf(report: ParityReport, feature: string): ParityResult | undefined {
  return report.results.find((result) => result.feature === feature);
}

function cell(result: ParityResult | undefined, { style }: Style): string {
  if (result === undefined) return 'not measured'.padEnd(RUNTIME_COLUMNS);
  const { glyph, colour } = looks[result.verdict];
  const verdict = padEnd(style(colour, `${glyph} ${result.verdict}`), VERDICT_COLUMNS);
  return padEnd(`${verdict}${formatDuration(result.durationMs).padStart(6)}`, RUNTIME_COLUMNS);
}

function shortfallOf(report: ParityReport, features: ParityTable['features']): readonly string[] {
  return report.results.flatMap((result) => {
    const name = features.find((feature) => feature.id === result.feature)?.name ?? result.feature;
    const what = result.verdict === 'probe error' ? [`${result.error.message} (${result.error.code})`] : result.missing;
    return what.map((line) => `${report.runtime}, ${name}: ${result.verdict}: ${flat(line)}`);
  });
}

/** On one line. */
const flat = (text: string): string => printable(text).replaceAll(/\s+/g, ' ');

/** Each claim of each probe: what was done, what was expected, what was measured. */
export function evidenceLines({ features, reports }: ParityTable, output: Style): readonly string[] {
  return reports.flatMap((report) => {
    const lines = [output.style('bold', `${report.runtime}, ${formatTime(report.at)}: ${report.available} of ${report.total}`)];
    for (const { id, name } of features) {
      const result = resultOf(report, id);
      if (result === undefined) continue;
      const { glyph, colour } = looks[result.verdict];
      lines.push('', `${output.style(colour, `${glyph} ${name}: ${result.verdict}`)}, ${formatDuration(result.durationMs)}`);
      let did = '';
      for (const claim of result.evidence) {
        if (claim.did !== did) lines.push(`  ${flat(claim.did)}`);
        ({ did } = claim);
        lines.push(`    ${claim.passed ? '✔' : '✖'} ${flat(claim.expected)}: ${flat(claim.measured)}`);
      }
      if (result.verdict === 'probe error') lines.push(`    ${flat(result.error.message)} (${result.error.code})`);
    }
    return [...lines, ''];
  });
}

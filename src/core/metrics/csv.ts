// A report as one table (RFC 4180): a line for each figure, with what it is about. Figures that were not measured stay empty.

import type { MetricsReport } from '#protocol/metrics.ts';

const HEAD = ['about', 'name', 'figure', 'value'];

export function metricsCsv(report: MetricsReport): string {
  const iso = (at: number): string => new Date(at).toISOString();
  const rows: (readonly (string | number | null)[])[] = [
    ['report', '', 'since', iso(report.since)],
    ['report', '', 'until', iso(report.until)],
    ['report', '', 'workflow', report.workflow],
    ['report', '', 'agent', report.agent],
    ...figures('total', '', report.totals),
    ...figures('before', '', report.before),
    ...report.series.flatMap(({ at, ...bucket }) => figures('time', iso(at), bucket)),
    ...report.workflows.flatMap(({ workflow, ...own }) => figures('workflow', workflow, own)),
    ...report.agents.flatMap(({ agent, ...own }) => figures('agent', agent, own)),
    ...report.errors.map(({ code, agent, count }) => ['error', `${code} (${agent})`, 'count', count]),
    ...report.runtimes.map(({ runtime, runs }) => ['runtime', runtime, 'runs', runs]),
    ...figures('system', '', report.system),
    ...report.slo.flatMap(({ id, burn, ...line }) => [...figures('slo', id, line), ...figures('slo burn', id, burn)]),
  ];
  return [HEAD, ...rows].map((row) => `${row.map((cell) => quoted(cell)).join(',')}\r\n`).join('');
}

function figures(about: string, name: string, values: object): (readonly (string | number | null)[])[] {
  return Object.entries(values).flatMap(([figure, value]: [string, unknown]) =>
    typeof value === 'number' || value === null ? [[about, name, figure, value]] : [],
  );
}

/** Names come from files and vendors: what a spreadsheet would take for a formula is kept text. */
function quoted(cell: string | number | null): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

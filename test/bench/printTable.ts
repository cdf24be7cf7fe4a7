// The table of a bench run, for a terminal and as Markdown.

import { type Row, type Section, type Verdict, verdictOf } from '#test/bench/measure.ts';

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly platform: string;
  readonly node: string;
  /** ISO date. */
  readonly date: string;
  /** Load averages over a minute, before and after the run; null where the platform has none. */
  readonly load: { readonly before: number; readonly after: number } | null;
}

/** How busy the machine was with other work: on a busy one the absolute times, and waits between threads most of all, are longer. */
export function busyness({ cores, load }: Machine): string {
  if (load === null) return 'The load of the machine is not known on this platform.';
  const range = `${load.before.toFixed(1)} before the run and ${load.after.toFixed(1)} after it, on ${cores} cores`;
  const busy = load.before > cores ? ' It was busy with other work, which changes times and ratios.' : '';
  return `Load average ${range}.${busy}`;
}

const HEAD = ['', 'Measured', 'Compared', 'Floor', ''] as const;
const MARK: Readonly<Record<Verdict, string>> = { met: '✓', missed: '✗ missed', info: '', missing: '–' };

export function asText(sections: readonly Section[]): string {
  const all = sections.map(({ title, rows }) => ({ title, cells: rows.map(cellsOf) }));
  const widths = HEAD.map((head, column) =>
    Math.max(head.length, ...all.flatMap(({ cells }) => cells.map((cell) => (cell[column] ?? '').length))),
  );
  const line = (cells: readonly string[]): string => `  ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd();
  return all.map(({ title, cells }) => [title, line(HEAD), ...cells.map(line), ''].join('\n')).join('\n');
}

export function asMarkdown(sections: readonly Section[], machine: Machine): string {
  const tables = sections.map(({ title, about, rows }) => {
    const lines = rows.map((row) => `| ${cellsOf(row).join(' | ')} |`);
    return [`## ${title}`, '', about, '', `| ${HEAD.join(' | ')} |`, '| --- | ---: | --- | --- | --- |', ...lines].join('\n');
  });
  return `# Benchmarks

Written by \`npm run bench\`, which fails when a floor is not met. Repeat it with that command; \`npm run bench -- --json\`
prints the same numbers as JSON and leaves this file alone. The packages that are only compared with are installed into
\`.cache/bench\`.

Contenders take turns in one run. A number is the median of its rounds, a ratio the median of the ratios within each
round. Absolute times belong to this machine: ${machine.cores} cores (${machine.processor}), ${machine.platform}, Node ${machine.node},
${machine.date}. ${busyness(machine)}

${tables.join('\n\n')}
`;
}

function cellsOf(row: Row): string[] {
  const { name, value, unit, ratio, note } = row;
  if (value === null) return [name, note, '', '', MARK.missing];
  const compared = ratio === null ? '' : comparison(ratio);
  return [name, `${readable(value)} ${unit}`, compared, floorOf(row), MARK[verdictOf(row)]];
}

function comparison({ value, of }: NonNullable<Row['ratio']>): string {
  return of === 'CAS takes' ? `${of} ${readable(value)} ×` : `${readable(value)} ${of}`;
}

function floorOf({ floor, unit }: Row): string {
  if (floor === null) return '';
  const limit = `${floor.limit.toLocaleString('en')}${floor.on === 'ratio' ? ' ×' : ` ${unit}`}`;
  return `${floor.must === 'at most' ? '≤' : '≥'} ${limit}`;
}

/** Three digits that count. */
function readable(value: number): string {
  const digits = Math.min(2, Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 0.001)))));
  return value.toLocaleString('en', { minimumFractionDigits: 0, maximumFractionDigits: digits });
}

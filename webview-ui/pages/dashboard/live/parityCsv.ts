// The table as a file.

import type { ParityRow } from '#ui/pages/dashboard/live/parityModel.ts';

/** RFC 4180; times in ISO 8601. A runtime that was not measured has empty cells. */
export function parityCsv(rows: readonly ParityRow[], columns: readonly string[]): string {
  const head = ['feature', 'group', 'priority', ...columns.flatMap((id) => [id, `${id} measured at`, `${id} ms`, `${id} missing`])];
  const lines = rows.map(({ feature, cells }) => [
    feature.id,
    feature.group,
    feature.priority,
    ...cells.flatMap(({ result }) => {
      if (result === null) return ['', '', '', ''];
      const lack = result.verdict === 'probe error' ? result.error.message : result.missing.join('; ');
      return [result.verdict, new Date(result.at).toISOString(), String(Math.round(result.durationMs)), lack];
    }),
  ]);
  return [head, ...lines].map((line) => `${line.map(quoted).join(',')}\r\n`).join('');
}

/** A leading sign would be a formula in a spreadsheet. */
function quoted(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

// The whole matrix, and how docs/providers.md shows it.

import { faults } from '#test/support/vendors/faults.ts';
import { type Cell, type Mode, runCell } from '#test/support/vendors/matrix.ts';
import { vendors } from '#test/support/vendors/vendors.ts';

export const MATRIX_START = '<!-- matrix: written by scripts/faultMatrix.mjs -->';
export const MATRIX_END = '<!-- /matrix -->';

/** Cells that work at the same time; those that only wait for a limit all do so at once. */
const AT_ONCE = 4;

export async function runMatrix(): Promise<readonly Cell[]> {
  const todo = faults.flatMap((fault) =>
    Object.keys(vendors).flatMap((vendor) =>
      (['text', 'tools'] as const)
        .filter((mode) => mode === 'tools' || fault.toolsOnly !== true)
        .map((mode): [typeof fault, string, Mode] => [fault, vendor, mode]),
    ),
  );
  const cells: Cell[] = [];
  const all = Array.from(todo.entries());
  const work = async (some: Iterable<(typeof all)[number]>): Promise<void> => {
    for (const [at, cell] of some) cells[at] = await runCell(...cell);
  };
  const waiting = all.filter(([, [fault]]) => fault.waits === true);
  const rest = all.filter(([, [fault]]) => fault.waits !== true).values();
  await Promise.all([...waiting.map((cell) => work([cell])), ...Array.from({ length: AT_ONCE }, () => work(rest))]);
  return cells;
}

/** Deterministic: outcomes alone, no times. */
export function matrixTable(cells: readonly Cell[]): string {
  const names = Object.keys(vendors);
  const rows = faults.map((fault) => {
    const shown = names.map((name) => show(cells.filter((cell) => cell.fault === fault && cell.vendor === name)));
    return `| ${[fault.title, ...shown].join(' | ')} |`;
  });
  const head = [`| fault | ${names.join(' | ')} |`, `| --- |${' --- |'.repeat(names.length)}`];
  return [...head, ...rows, '', summary(cells)].join('\n');
}

/** Text and tool calls end alike nearly always; where they do not, both are shown. */
function show(cells: readonly Cell[]): string {
  const said = cells.map(({ alone, together }) => {
    const outcome = alone === 'answered' ? 'whole answer' : alone.replace('llm.', '');
    return together === 'other' ? `${outcome} → other` : outcome;
  });
  const unlike = new Set(said).size > 1;
  return unlike ? cells.map((cell, at) => `${cell.mode}: ${said[at]}`).join('; ') : (said[0] ?? 'not possible');
}

function summary(cells: readonly Cell[]): string {
  const count = (words: RegExp): number => cells.filter(({ broken }) => broken.some((text) => words.test(text))).length;
  return [
    `${faults.length} faults, ${Object.keys(vendors).length} providers, ${cells.length} cells, each alone and beside another provider:`,
    `${count(/hung/)} hangs past the deadline, ${count(/truncated/)} truncated answers accepted,`,
    `${count(/lost/)} lost runs while another provider was up, ${count(/call.* (for|after) a terminal|disabled key/)} calls started after a terminal error.`,
  ].join('\n');
}

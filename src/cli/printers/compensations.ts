// What was undone of a run, could not be, or would be in earnest.

import type { Output } from '#cli/output.ts';
import { printable } from '#cli/printers/format.ts';
import type { CompensationView, RunView } from '#protocol/runView.ts';

/** Nothing for a run that is not being undone. In the order they are undone in. */
export function printCompensations(output: Output, run: Pick<RunView, 'compensations' | 'mode'>): void {
  if (run.compensations.length === 0) return;
  output.line(run.mode === 'dry-run' ? '\nWould be undone:' : '\nUndone:');
  for (const one of run.compensations) output.line(`  ${printable(one.path)} (${printable(one.action)})${fateOf(output, one, run.mode)}`);
}

function fateOf(output: Output, { status, summary, error }: CompensationView, mode: RunView['mode']): string {
  switch (status) {
    case 'compensated':
      return summary === null || summary === '' ? '' : `: ${printable(summary)}`;
    case 'failed':
      return `: ${output.style('red', `not undone, ${printable(error?.message ?? '')}`)}`;
    case 'running':
      return ': under way';
    case 'planned':
      return mode === 'dry-run' ? '' : ': not yet';
  }
}

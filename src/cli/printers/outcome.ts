// What a finished run leaves its reader with: how it ended, the report, the proposals and what to type next.

import type { Session } from '#cli/workspace.ts';
import { formatDuration, plural, printable, table } from '#cli/printers/format.ts';
import type { Output } from '#cli/output.ts';
import type { RunStatus, RunView } from '#protocol/runView.ts';
import type { ProposalSummary } from '#protocol/proposal.ts';
import type { ReportFiles } from '#protocol/api.ts';

const endings: { readonly [S in RunStatus]?: { readonly word: string; readonly colour: Parameters<Output['style']>[0] } } = {
  completed: { word: 'Completed', colour: 'green' },
  partial: { word: 'Partly done', colour: 'yellow' },
  failed: { word: 'Failed', colour: 'red' },
  cancelled: { word: 'Cancelled', colour: 'yellow' },
};

export async function printOutcome(session: Session, run: RunView): Promise<void> {
  const { api, output } = session;
  const [report, proposals] = await Promise.all([
    api.call('runs.report', run.id),
    api.call('proposals.list', { runId: run.id, open: true }),
  ]);
  if (output.json) {
    output.value({ type: 'result', run: { ...run, steps: undefined, results: undefined }, report, proposals });
    return;
  }
  const ending = endings[run.status] ?? { word: run.status, colour: 'gray' };
  const elapsed = formatDuration((run.endedAt ?? Date.now()) - run.createdAt);
  output.line(
    `\n${output.style(ending.colour, ending.word)} in ${elapsed}, ${plural(run.stepsDone, 'step')} of ${run.stepsTotal}${tokens(run)}.`,
  );
  if (run.error !== null) output.line(output.style('red', printable(run.error.message)));
  for (const { path, error } of run.errors) output.line(`  ${output.style('yellow', path)}: ${printable(error.message)}`);
  printReport(output, report);
  printProposals(session, proposals);
}

function tokens(run: RunView): string {
  if (run.usage.length === 0) return '';
  const known = run.usage.filter((u) => u.inputTokens !== null && u.outputTokens !== null);
  const sum = known.reduce((total, u) => total + (u.inputTokens ?? 0) + (u.outputTokens ?? 0), 0);
  const cost = run.usage.every((u) => u.costMicroUsd !== null)
    ? `$${(run.usage.reduce((total, u) => total + (u.costMicroUsd ?? 0), 0) / 1e6).toFixed(2)}`
    : 'price unknown';
  return `, ${sum.toLocaleString('en')} tokens (${cost})`;
}

function printReport(output: Output, report: ReportFiles): void {
  if (report.markdown !== null) output.line(`\nReport     ${report.markdown}`);
  if (report.json !== null) output.line(`As JSON    ${report.json}`);
}

function printProposals({ output, root }: Session, proposals: readonly ProposalSummary[]): void {
  if (proposals.length === 0) return;
  output.line(`\n${plural(proposals.length, 'proposal')} wait for your decision; nothing in your files has changed:`);
  const rows = proposals.map((p) => [
    `  ${p.id}`,
    `+${p.added} −${p.removed}`,
    plural(p.files, 'file'),
    plural(p.hunks, 'hunk'),
    printable(p.title),
  ]);
  table(rows, output.columns).forEach((row) => output.line(row));
  const [first] = proposals;
  const where = root === process.cwd() ? '' : ` --workspace ${JSON.stringify(root)}`;
  output.line(`\nSee one    cas proposals show ${first?.id}${where}`);
  output.line(`Accept     cas proposals accept ${first?.id} [--file PATH [--hunk N]]${where}`);
  output.line(`In VS Code open this folder (code ${JSON.stringify(root)}), then "CAS: Review Proposal".`);
}
